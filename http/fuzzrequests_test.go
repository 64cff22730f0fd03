package http_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// request invents a request to an operation; body is what it carries.
func (f *fuzzer) request(o operation) (r *http.Request, body []byte) {
	path, query := o.path, url.Values{}
	header := http.Header{"Authorization": {"Bearer " + f.callers[f.random.IntN(len(f.callers))]}}
	if strings.HasPrefix(o.path, "/v1/portal/") && !f.one(5) {
		header.Set("Authorization", "Bearer "+f.callers[0])
	}
	if f.one(30) {
		header.Set("Authorization", []string{"", "Bearer", "Bearer x", "Basic " + adminToken, "Bearer " + adminToken + "x"}[f.random.IntN(5)])
	}
	for _, p := range slices.Concat(o.shared, o.Parameters) {
		v := f.parameter(o, p.Value)
		switch {
		case p.Value.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", url.PathEscape(v))
			if etag := f.etags[v]; etag != "" && o.method == http.MethodPost && f.one(2) {
				header.Set("If-Match", etag)
			}
		case !p.Value.Required && !f.one(8), header.Get(p.Value.Name) != "", f.one(50):
		case p.Value.In == "query":
			query.Set(p.Value.Name, v)
		default:
			header.Set(p.Value.Name, v)
		}
	}
	if o.OperationID == "streamEvents" {
		query.Set("from", "never") // else it has no end
	}
	if o.RequestBody != nil {
		body = f.body(o.RequestBody.Value.Content.Get("application/json").Schema)
		header.Set("Content-Type", "application/json")
		if f.one(100) {
			header.Set("Content-Type", f.text())
		}
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	r, err := http.NewRequestWithContext(f.s.t.Context(), o.method, "http://test"+path+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		panic(err) // a path that is escaped is one
	}
	r.Header = header
	return r, body
}

// judge holds an answer against the contract.
func (f *fuzzer) judge(o operation, r *http.Request, a answer, authorized bool) error {
	if a.status < http.StatusBadRequest || f.one(50) { // the rest is judged below: that is much faster
		if err := undescribed(r, a); err != nil {
			return err
		}
	}
	code := a.text("code")
	row, known := f.catalogue[code]
	switch {
	case a.status >= http.StatusInternalServerError && o.path != "/readyz":
		return fmt.Errorf("a failure of ours")
	case !authorized && o.Security == nil && (a.status != http.StatusUnauthorized || code != "unauthenticated"):
		return fmt.Errorf("who is unknown is answered")
	case a.status < http.StatusBadRequest:
		return nil
	case !known:
		return fmt.Errorf("code %q is in no catalogue", code)
	case code == "coupon_invalid" && a.status == http.StatusNotFound: // on the public link
	case row[0] != strconv.Itoa(a.status) && (row[0] != "404" || a.status != http.StatusUnprocessableEntity):
		return fmt.Errorf("%s has status %s", code, row[0])
	}
	return a.isProblem()
}

// isProblem says what a problem lacks.
func (a answer) isProblem() error {
	var p struct {
		Type, Title, Detail, Code string
		Status                    int
		RequestID                 string `json:"request_id"`
		Errors                    []struct{ Field, Code, Message string }
		Params                    map[string]string
		Modules                   []string
	}
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return err
	}
	whole := p.Type == "urn:aftersales:problem:"+p.Code && p.Title != "" && p.Detail != "" && p.Status == a.status &&
		p.RequestID == a.header.Get("X-Request-Id") && a.header.Get("Content-Type") == "application/problem+json"
	for _, e := range p.Errors {
		whole = whole && e.Field != "" && e.Code != "" && e.Message != ""
	}
	if !whole {
		return fmt.Errorf("the problem is not whole")
	}
	return nil
}
