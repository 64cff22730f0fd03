package http_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"

	api "aftersales/http"
)

// spec is openapi.yaml, parsed and found valid once.
var spec = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

// finder finds the operation of a request, on any host.
var finder = sync.OnceValues(func() (routers.Router, error) {
	doc, err := spec()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// conforms holds an answer against openapi.yaml, and the request when it
// succeeded: many tests send what is wrong on purpose.
func conforms(t testing.TB, r *http.Request, a answer) {
	t.Helper()
	if err := undescribed(r, a); err != nil {
		t.Errorf("%s: %v", a.what, err)
	}
}

// undescribed says what openapi.yaml does not describe of an exchange.
func undescribed(r *http.Request, a answer) error {
	find, err := finder()
	if err != nil {
		return err
	}
	route, parameters, err := find.FindRoute(r)
	if err != nil {
		return nil //nolint:nilerr // the tests of unknown paths and methods
	}
	request := &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: parameters,
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}
	if a.status < http.StatusBadRequest {
		for _, absent := range [][]any{{nil}, {nil, ""}} {
			if r.GetBody != nil {
				body, err := r.GetBody()
				if err != nil {
					return err
				}
				request.Request = r.Clone(r.Context())
				request.Request.Body, request.Request.GetBody = io.NopCloser(bytes.NewReader(withoutAbsent(body, absent))), nil
			}
			if err = openapi3filter.ValidateRequest(r.Context(), request); err == nil {
				break
			}
		}
		if err != nil {
			return fmt.Errorf("it takes what openapi.yaml does not describe: %w", err)
		}
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
	})
	if err != nil {
		return fmt.Errorf("it answers what openapi.yaml does not describe: %w", err)
	}
	return nil
}

// withoutAbsent is a body without the fields that have a value that stands for an absent
// one; no body stands for an empty object.
func withoutAbsent(body io.Reader, absent []any) []byte {
	text, _ := io.ReadAll(body) // of memory
	if len(bytes.TrimSpace(text)) == 0 {
		return []byte("{}")
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	if d.UseNumber(); d.Decode(&v) != nil {
		return text
	}
	var strip func(any)
	strip = func(v any) {
		switch in := v.(type) {
		case m:
			maps.DeleteFunc(in, func(_ string, of any) bool {
				strip(of)
				text, isText := of.(string)
				return of == nil || isText && slices.Contains(absent, any(text))
			})
		case []any:
			for _, of := range in {
				strip(of)
			}
		}
	}
	strip(v)
	text, _ = json.Marshal(v) // it was JSON
	return text
}

// Every route is described, and every description is of a route.
func TestOpenAPIAndTheRouterAgree(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	var described, routed []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	err = api.New(api.Config{}).Router().Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		path = strings.ReplaceAll(path, ":.+}", "}") // these may hold slashes
		methods, err := route.GetMethods()
		for _, method := range methods {
			if method == http.MethodHead {
				continue // GET without the body
			}
			routed = append(routed, method+" "+path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(described)
	slices.Sort(routed)
	if diff := cmp.Diff(routed, described); diff != "" {
		t.Errorf("operations (-routed +described):\n%s", diff)
	}
}

// The codes of problems are those of the catalogue of messages.
func TestOpenAPIHasEveryCode(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	for _, code := range doc.Components.Schemas["Code"].Value.Enum {
		described = append(described, code.(string))
	}
	slices.Sort(described)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(catalogueOfMessages(t))), described); diff != "" {
		t.Errorf("codes (-messages.tsv +openapi.yaml):\n%s", diff)
	}
}

// projectionOperations are what is done to read models: they record no event, so there is
// no outcome to show beforehand and no revision to expect.
var projectionOperations = []string{
	"/v1/projections/{name}/parked/retry", "/v1/projections/{name}/rebuild",
	"/v1/projections/{name}/drop-old", "/v1/projections/{name}/verify",
}

// Every command says that it needs a key, can be tried and is refused with a
// problem; every operation but the open ones needs a token.
func TestOpenAPIDescribesTheConventions(t *testing.T) {
	doc, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			has := func(in, name string) bool { return operation.Parameters.GetByInAndName(in, name) != nil }
			if method == http.MethodPost && !has("header", "Idempotency-Key") {
				t.Errorf("%s %s lacks Idempotency-Key", method, path)
			}
			if isCommand := method == http.MethodPost && !slices.Contains(projectionOperations, path); isCommand != (has("query", "dry_run") && has("header", "If-Match")) {
				t.Errorf("%s %s: a command is %v", method, path, isCommand)
			}
			if operation.Responses.Default() == nil {
				t.Errorf("%s %s has no problem", method, path)
			}
			if open := operation.Security != nil; open != (slices.Contains([]string{"/healthz", "/readyz", "/openapi.yaml", "/coupon/{token}", "/attachment/{secret}"}, path) || strings.HasPrefix(path, "/portal/{secret}")) {
				t.Errorf("%s %s: open to everybody is %v", method, path, open)
			}
			if strings.HasPrefix(path, "/v1/") && item.Parameters.GetByInAndName("header", "Accept-Language") == nil {
				t.Errorf("%s %s lacks Accept-Language", method, path)
			}
		}
	}
}

// operation is the id of what a request is, "" for nothing described.
func (s *service) operation(r *http.Request) string {
	s.t.Helper()
	find, err := finder()
	if err != nil {
		s.t.Fatal(err)
	}
	route, _, err := find.FindRoute(r)
	if err != nil {
		return ""
	}
	return route.Operation.OperationID
}
