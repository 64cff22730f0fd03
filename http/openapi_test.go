package http_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
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
