package http_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemas compiles each schema of openapi.yaml once, so that every answer of
// the tests can be held against its own.
type schemas struct {
	sync.Mutex
	compiler *jsonschema.Compiler
	inline   map[*openapi3.SchemaRef]*jsonschema.Schema
}

const componentsURL = "openapi.json"

var compiledSchemas = sync.OnceValues(func() (*schemas, error) {
	doc, err := spec()
	if err != nil {
		return nil, err
	}
	components, err := plain(m{"components": m{"schemas": doc.Components.Schemas}})
	if err != nil {
		return nil, err
	}
	s := &schemas{compiler: jsonschema.NewCompiler(), inline: map[*openapi3.SchemaRef]*jsonschema.Schema{}}
	s.compiler.AssertFormat()
	return s, s.compiler.AddResource(componentsURL, components)
})

// plain is a value as JSON has it, references to components with the place
// where schemas find them.
func plain(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(bytes.ReplaceAll(text, []byte(`"#/components/`), []byte(`"`+componentsURL+`#/components/`))))
}

func (s *schemas) of(ref *openapi3.SchemaRef) (*jsonschema.Schema, error) {
	s.Lock()
	defer s.Unlock()
	if ref.Ref != "" {
		return s.compiler.Compile(componentsURL + ref.Ref) // which remembers it
	}
	if known := s.inline[ref]; known != nil {
		return known, nil
	}
	content, err := plain(ref)
	if err != nil {
		return nil, err
	}
	url := fmt.Sprintf("inline-%d.json", len(s.inline))
	if err := s.compiler.AddResource(url, content); err != nil {
		return nil, err
	}
	s.inline[ref], err = s.compiler.Compile(url)
	return s.inline[ref], err
}

// wrong says what a schema does not allow of a value.
func wrong(ref *openapi3.SchemaRef, value any) error {
	all, err := compiledSchemas()
	if err != nil {
		return err
	}
	schema, err := all.of(ref)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// component is a schema by its name.
func component(name string) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Ref: "#/components/schemas/" + name}
}

// wrongText is wrong of a header or parameter.
func wrongText(ref *openapi3.SchemaRef, values []string) error {
	var value any = values[0]
	switch types := ref.Value.Type; {
	case types.Is("array"):
		all := []any{}
		for _, v := range values {
			all = append(all, v)
		}
		value = all
	case types.Is("integer") && json.Valid([]byte(values[0])):
		value = json.Number(values[0])
	case types.Is("boolean"):
		if is, err := strconv.ParseBool(values[0]); err == nil {
			value = is
		}
	}
	return wrong(ref, value)
}

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
	route, vars, err := find.FindRoute(r)
	if err != nil {
		return nil //nolint:nilerr // the tests of unknown paths and methods
	}
	if a.status < http.StatusBadRequest {
		err := undescribedParameters(r, route, vars)
		if err == nil {
			err = undescribedBody(r, route)
		}
		if err != nil {
			return fmt.Errorf("it takes what openapi.yaml does not describe: %w", err)
		}
	}
	if err := undescribedAnswer(route, r.Method, a); err != nil {
		return fmt.Errorf("it answers %d, which openapi.yaml does not describe: %w", a.status, err)
	}
	return nil
}

func undescribedParameters(r *http.Request, route *routers.Route, vars map[string]string) error {
	query := r.URL.Query()
	for _, ref := range slices.Concat(route.PathItem.Parameters, route.Operation.Parameters) {
		p, values := ref.Value, []string(nil)
		switch p.In {
		case "path":
			values = []string{vars[p.Name]}
		case "query":
			values = query[p.Name]
		default:
			values = r.Header.Values(p.Name)
		}
		switch {
		case len(values) == 0 && p.Required:
			return fmt.Errorf("without %s %s", p.In, p.Name)
		case len(values) == 0, values[0] == "" && p.AllowEmptyValue:
			continue
		}
		if err := wrongText(p.Schema, values); err != nil {
			return fmt.Errorf("%s %s: %w", p.In, p.Name, err)
		}
	}
	return nil
}

// undescribedBody takes a null, or else an empty text too, for a field that is absent.
func undescribedBody(r *http.Request, route *routers.Route) error {
	if route.Operation.RequestBody == nil || r.GetBody == nil {
		return nil
	}
	body, err := r.GetBody()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	kind := r.Header.Get("Content-Type")
	if len(bytes.TrimSpace(text)) == 0 {
		text, kind = []byte("{}"), "application/json" // nothing is of any type
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	media := route.Operation.RequestBody.Value.Content.Get(kind)
	if media == nil {
		return errors.New("type of the body")
	}
	withoutAbsent(value, nil)
	if err = wrong(media.Schema, value); err != nil {
		withoutAbsent(value, "")
		err = wrong(media.Schema, value)
	}
	return err
}

// withoutAbsent takes the fields out that have a value that stands for an absent one.
func withoutAbsent(value, absent any) {
	switch in := value.(type) {
	case m:
		maps.DeleteFunc(in, func(_ string, of any) bool {
			withoutAbsent(of, absent)
			text, isText := of.(string)
			return of == nil && absent == nil || isText && absent == text
		})
	case []any:
		for _, of := range in {
			withoutAbsent(of, absent)
		}
	}
}

func undescribedAnswer(route *routers.Route, method string, a answer) error {
	ref := route.Operation.Responses.Status(a.status)
	if ref == nil {
		ref = route.Operation.Responses.Default()
	}
	if ref == nil {
		return errors.New("status")
	}
	for name, header := range ref.Value.Headers {
		values := a.header.Values(name)
		if len(values) == 0 && header.Value.Required {
			return fmt.Errorf("without header %s", name)
		}
		if len(values) > 0 {
			if err := wrongText(header.Value.Schema, values); err != nil {
				return fmt.Errorf("header %s: %w", name, err)
			}
		}
	}
	if method == http.MethodHead {
		return nil
	}
	if len(ref.Value.Content) == 0 {
		if len(a.body) > 0 {
			return errors.New("a body where none is described")
		}
		return nil
	}
	media := ref.Value.Content.Get(a.header.Get("Content-Type"))
	switch {
	case media == nil:
		return fmt.Errorf("type %q", a.header.Get("Content-Type"))
	case media.Schema == nil:
		return nil
	case a.json == nil:
		return wrong(media.Schema, string(a.body))
	}
	return wrong(media.Schema, a.json)
}

// TestWhatIsNotDescribedIsFound (C23): every answer of these tests is held
// against openapi.yaml, and that is no empty gesture.
func TestWhatIsNotDescribedIsFound(t *testing.T) {
	t.Parallel()
	s := newService(t)
	made := s.post("/v1/teams", m{"id": id("team"), "name": "Support"})
	list := must(s.request(http.MethodGet, "/v1/teams?limit=10", nil, since(made)))(t)
	create := must(s.request(http.MethodPost, "/v1/teams", m{"name": "Other"}))(t)
	changed := func(f func(*answer)) answer {
		a := s.direct(list)
		a.header = a.header.Clone()
		f(&a)
		return a
	}
	asked := func(method, path string, body any) *http.Request { return must(s.request(method, path, body))(t) }
	for what, is := range map[string]struct {
		r *http.Request
		a answer
	}{
		"status":           {list, changed(func(a *answer) { a.status = http.StatusAccepted })},
		"status of no use": {list, changed(func(a *answer) { a.status = http.StatusNoContent })},
		"content type":     {list, changed(func(a *answer) { a.header.Set("Content-Type", "text/html") })},
		"missing header":   {list, changed(func(a *answer) { a.header.Del("Position") })},
		"missing field":    {list, changed(func(a *answer) { delete(a.json.(m), "next_cursor") })},
		"type of a field":  {list, changed(func(a *answer) { a.json.(m)["items"] = m{} })},
		"field of an item": {list, changed(func(a *answer) { a.list("items")[0].(m)["id"] = "no id" })},
		"refusal":          {create, answer{status: http.StatusConflict, header: http.Header{"Content-Type": {"application/problem+json"}}, json: m{"code": "nonsense"}}},
		"parameter":        {asked(http.MethodGet, "/v1/teams?limit=1000", nil), changed(func(*answer) {})},
		"field of a body":  {asked(http.MethodPost, "/v1/teams", m{"name": 1}), s.direct(create)},
	} {
		if undescribed(is.r, is.a) == nil {
			t.Errorf("%s: as described", what)
		}
	}
}
