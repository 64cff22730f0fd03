package http_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// variables are the values of an operation's path.
func (f *fuzzer) variables(o operation) map[string]string {
	vars := map[string]string{}
	for _, p := range slices.Concat(o.shared, o.Parameters) {
		if p.Value.In == "path" {
			vars[p.Value.Name] = f.parameter(o, p.Value, nil)
		}
	}
	return vars
}

// surroundings are what can be read before a command is given: the document
// that it is for, and what its dialog proposes.
func (f *fuzzer) surroundings(o operation, vars map[string]string) (here m, well bool) {
	here = m{}
	read := func(path string) bool {
		i := slices.IndexFunc(f.all, func(o operation) bool { return o.method == http.MethodGet && o.path == path })
		if i < 0 {
			return false
		}
		var a answer
		a, well = f.send(f.all[i], vars, nil)
		if body, ok := a.json.(m); ok && a.status == http.StatusOK {
			maps.Copy(here, body)
			f.opened(vars["secret"], body)
		}
		return true
	}
	chosen := f.chosen
	well = true
	for path := o.path; strings.Contains(path, "{") && well; path = path[:strings.LastIndex(path, "/")] {
		if read(path) || strings.Contains(path, "/portal/") && read(strings.Replace(path, "/portal/", "/", 1)) {
			break
		}
	}
	if well {
		read(strings.TrimSuffix(o.path, "s") + "-options")
	}
	f.chosen = chosen // the reading's own were judged
	proposed, _ := here["defaults"].(m)
	candidates, _ := here["candidates"].(m)
	maps.Copy(here, proposed)
	for name, value := range candidates {
		list, _ := value.([]any)
		if chosen, _ := here[name].([]any); len(list) == 0 || len(chosen) > 0 {
			continue
		}
		one, _ := list[f.random.IntN(len(list))].(m)
		here[name] = []any{one["id"]}
		here[strings.TrimSuffix(name, "s")] = one["id"]
		if one["lines"] != nil {
			here["lines"] = one["lines"]
		}
	}
	return here, well
}

// request invents a request to an operation, of values that were seen here;
// content is what it carries, as body.
func (f *fuzzer) request(o operation, vars map[string]string, here m) (r *http.Request, body []byte, content any) {
	path, query := o.path, url.Values{}
	header := http.Header{"Authorization": {"Bearer " + f.callers[f.random.IntN(len(f.callers))]}}
	if strings.HasPrefix(o.path, "/v1/portal/") && !f.one(5) {
		header.Set("Authorization", "Bearer "+f.callers[0])
	}
	if f.one(30) {
		header.Set("Authorization", []string{"", "Bearer", "Bearer x", "Basic " + adminToken, "Bearer " + adminToken + "x"}[f.random.IntN(5)])
	}
	for _, p := range slices.Concat(o.shared, o.Parameters) {
		v, fixed := vars[p.Value.Name]
		if p.Value.In == "path" && fixed {
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", url.PathEscape(v))
			if etag := f.etag(v); etag != "" && o.method == http.MethodPost && !f.one(4) {
				header.Set("If-Match", etag)
			}
			continue
		}
		v = f.parameter(o, p.Value, here)
		switch {
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
		body, content = f.body(o.RequestBody.Value.Content.Get("application/json").Schema, o, here)
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
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", f.random.IntN(256), f.random.IntN(256), f.random.IntN(256)) // wrong links are counted by address
	return r, body, content
}

// etag is that of the last revision that was seen, "" when none was.
func (f *fuzzer) etag(id string) string {
	f.Lock()
	defer f.Unlock()
	if revision, seen := f.etags[id]; seen {
		return fmt.Sprintf(`"%d"`, revision)
	}
	return ""
}

// judge holds an answer against the contract.
func (f *fuzzer) judge(o operation, r *http.Request, a answer, authorized bool) error {
	if err := undescribed(r, a); err != nil {
		return err
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
		Errors                    []struct {
			Field, Code, Message string
			Params               map[string]string
		}
		Params  map[string]string
		Modules []string
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
