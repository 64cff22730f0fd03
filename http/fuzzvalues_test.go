package http_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	api "aftersales/http"
)

// odd are texts that programs trip over.
var odd = []string{
	"", " ", "0", "-1", "null", "{}", "a\tb", "a\nb", "\u202eevil", "\u0600", "\u00a0", "e\u0301", "😀", "\ufffd", "\x7f", "\x01", "مشتری",
	"../../etc/passwd", "'; drop table x; --", "%00", "%s%n", "<script>", "a@b", "a@b\r\nBcc: c@d", "1e400", "NaN", "-0", "+1", "٣", "0x1",
	"9999-12-31", "10000-01-01", "0000-01-01", "2026-02-30", "2026-03-01T12:00:00", "2026-12-31T23:59:60Z", "9999-12-31T23:59:59-12:00",
	"00000000-0000-0000-0000-000000000000", "{00000000-0000-4000-8000-000000000002}", "urn:uuid:00000000-0000-4000-8000-000000000002",
	"999999999999.999999", "-999999999999", "0.0000001", "1.", ".5", "100.00", "XXX", "eur", "JPY", "18446744073709551616",
	strings.Repeat("x", 300), strings.Repeat("ü", 5000), "http://169.254.169.254/", "data:image/png;base64,AAAA", "//", "W/\"1\"", "*",
}

// text is mostly an ordinary word.
func (f *fuzzer) text() string {
	if f.one(12) {
		return odd[f.random.IntN(len(odd))]
	}
	return []string{"Lamp", "waiting", "agent-1", "technician-1", "work", "a@example.com", "W1", "SN1", "x"}[f.random.IntN(9)]
}

// parameter is a value of a parameter, mostly a good one.
func (f *fuzzer) parameter(o operation, p *openapi3.Parameter, here m) string {
	switch {
	case f.one(25):
		text := strings.Map(func(r rune) rune {
			if p.In == "header" && (r < ' ' || r == 0x7f) {
				return -1 // no server lets it in
			}
			return r
		}, odd[f.random.IntN(len(odd))])
		if p.In == "path" && (strings.Trim(text, ".") == "" || strings.Contains(text, "/")) {
			return "x" // these would be other paths
		}
		if p.Name == "Idempotency-Key" {
			text = f.name + text // the others' keys are not ours
		}
		return text
	case p.Name == "Idempotency-Key":
		return fmt.Sprintf("%s-%d", f.name, f.sent)
	case p.Name == "Min-Position", p.Name == "after", p.Name == "Last-Event-ID":
		return strings.Repeat("0", 16)
	case p.Name == "name" && p.In == "path":
		return []string{"tickets", "documents", "timeline", "portal", "due", "candidates"}[f.random.IntN(6)]
	case p.Name == "id" && p.In == "path":
		return f.target(o)
	case p.Name == "secret" && strings.HasPrefix(o.path, "/attachment/"):
		return f.pick(o.OperationID, "file", anything)
	case p.In == "path" && (p.Name == "secret" || p.Name == "token" || p.Name == "code"):
		return f.pick(o.OperationID, p.Name, anything)
	case p.Name == "stream":
		return "ticket-" + f.pick(o.OperationID, "ticket", anything)
	case p.Name == "key":
		return fmt.Sprintf("%s-%d", f.name, f.random.IntN(f.sent+1))
	case p.Name == "If-Match":
		return []string{"*", `"0"`, `"1"`, `"2"`}[f.random.IntN(4)]
	case p.Name == "traceparent":
		return "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	case p.Name == "X-Request-Id", p.Name == "Accept-Language":
		return []string{"fa", "en-GB,fa;q=0.5", "*"}[f.random.IntN(3)]
	}
	return strings.Trim(string(encoded(f.value(p.Name, p.Schema, o, 0, here[p.Name]))), `"`)
}

func anything(string) bool { return true }

// target is the document that an operation is for. What all else stands on is
// never moved or ended, and of the rest half is not ended, so that some live to see
// more.
func (f *fuzzer) target(o operation) string {
	return f.pick(o.OperationID, kindOfPath(o.path), func(id string) bool {
		if f.staples[id] && moving.MatchString(o.path) {
			return false
		}
		return !ending.MatchString(o.path) || !f.staples[id] && strings.ContainsAny(id[len(id)-1:], "01234567")
	})
}

// kindOfPath is the kind of document that the {id} of a path names.
func kindOfPath(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/v1/"), "portal/"), "/")
	for kind, collection := range api.Collections {
		if collection == name {
			return kind
		}
	}
	return strings.ReplaceAll(strings.TrimSuffix(name, "s"), "-", "_")
}

// kindOfField is the kind of document that a field of a body names.
func kindOfField(name string) string {
	switch name {
	case "program":
		return "coupon_program"
	case "default_worksheet_template", "template":
		return "worksheet_template"
	case "source_location":
		return "location"
	case "parent":
		return "customer"
	}
	return strings.TrimSuffix(name, "s")
}

// value is one of the schema of the field name: mostly what was seen there, else
// one that makes sense.
func (f *fuzzer) value(name string, ref *openapi3.SchemaRef, o operation, depth int, there any) any {
	s := ref.Value
	switch {
	case len(s.Enum) > 0:
		return s.Enum[f.random.IntN(len(s.Enum))]
	case s.Const != nil:
		return s.Const
	case len(s.OneOf) > 0 && s.Properties == nil:
		return f.value(name, s.OneOf[f.random.IntN(len(s.OneOf))], o, depth, there)
	case s.Type != nil && len(*s.Type) > 1 && f.one(3):
		return nil
	case s.Type.Includes("object"), s.Properties != nil:
		inside, _ := there.(m)
		return f.object(s, o, depth, inside)
	case s.Type.Includes("array"):
		return f.list(name, s, o, depth, there)
	case s.Type.Includes("boolean"):
		return f.one(2)
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		if n, ok := there.(float64); ok && !f.one(5) {
			return int(n)
		}
		return []any{0, 1, 2, 3, 5, 50, 200, -1, 1 << 31, 1 << 53}[min(f.random.IntN(10), f.random.IntN(10))]
	}
	if text, ok := there.(string); ok && text != "" && !f.one(5) {
		return text
	}
	return f.scalar(name, s, o, depth)
}

// list has values like some that were seen, or invented ones.
func (f *fuzzer) list(name string, s *openapi3.Schema, o operation, depth int, there any) []any {
	shown, _ := there.([]any)
	if f.one(6) {
		shown = nil
	}
	list := make([]any, max(int(s.MinItems), f.random.IntN(3), min(len(shown), 1)))
	for i := range list {
		var like any
		if i < len(shown) {
			like = shown[i]
		}
		list[i] = f.value(name, s.Items, o, depth+1, like)
	}
	return list
}

// scalar is a text of the schema's format, or what its name lets expect.
func (f *fuzzer) scalar(name string, s *openapi3.Schema, o operation, depth int) string {
	purpose := o.OperationID + " " + name
	switch {
	case s.Format == "uuid" && name == "id" && depth <= 1:
		return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%s %d %d", f.name, f.sent, f.random.IntN(3))).String()
	case s.Format == "uuid" && name == "id":
		return f.pick(purpose, "line", anything)
	case s.Format == "uuid":
		return f.pick(purpose, kindOfField(name), anything)
	case s.Format == "date":
		return []string{"2026-03-01", "2026-03-01", "2026-02-01", "2026-04-01", "2999-12-31"}[f.random.IntN(5)]
	case s.Format == "date-time":
		return []string{"2026-03-02T09:00:00Z", "2026-03-02T10:00:00.123456789+03:30", "2026-02-01T00:00:00-12:00"}[f.random.IntN(3)]
	case strings.HasPrefix(s.Pattern, "^-?[0-9]"):
		return []string{"1", "1", "2", "10.00", "0.5", "0", "-1", "36.00", "100", "999999999999.99"}[min(f.random.IntN(10), f.random.IntN(10))]
	case s.Pattern == "^[A-Z]{3}$":
		return []string{"EUR", "EUR", "EUR", "EUR", "JPY", "KWD", "XXX"}[f.random.IntN(7)]
	case s.Format == "uri", name == "url":
		return "https://127.0.0.1:1/hook"
	case name == "signature":
		return png
	case name == "after":
		return strings.Repeat("0", 16)
	case name == "code" && depth == 1 && strings.HasPrefix(o.path, "/v1/coupons/") && !f.one(4):
		return f.pick(purpose, "code", anything)
	case name == "type" && depth == 1 && !f.one(10):
		return "coupons"
	case strings.Contains(name, "email"), name == "recipients":
		return "friend@example.com"
	case name == "path":
		o := f.choose()
		return strings.NewReplacer("{id}", f.target(o), "{service}", "refunds", "{name}", "due").Replace(o.path)
	}
	return f.text()
}

// object has all its required fields and some of the others.
func (f *fuzzer) object(s *openapi3.Schema, o operation, depth int, here m) m {
	made, required := m{}, s.Required
	if len(s.OneOf) > 0 {
		required = slices.Concat(required, s.OneOf[f.random.IntN(len(s.OneOf))].Value.Required)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(required, name) || f.one(3) && depth < 6 && name != "id" || f.one(15) {
			there := seen(name, here)
			if name == "id" && depth == 0 {
				there = nil // a new document's
			}
			if _, nested := there.(m); !nested && s.Properties[name].Value.Properties != nil {
				there = here // of an amount the currency at least
			}
			made[name] = f.value(name, s.Properties[name], o, depth+1, there)
		}
	}
	if kinds := s.Properties["kind"]; made["document"] != nil && kinds != nil && !f.one(10) {
		kind := fmt.Sprint(f.value("kind", kinds, o, depth+1, nil))
		made["kind"], made["document"] = kind, f.pick(o.OperationID+" "+kind, kind, anything)
	}
	if code, ok := made["code"].(string); ok && made["customer"] != nil && !f.one(3) {
		made["customer"] = f.ownerOf(code)
	}
	if s.AdditionalProperties.Has == nil && s.Properties == nil {
		made["work"] = f.text()
	}
	return made
}

// seen is what stands here under a name, or one level below; a line's own id is
// what another document calls it by.
func seen(name string, here m) any {
	if there := here[name]; there != nil {
		return there
	}
	if strings.HasSuffix(name, "_line") {
		return here["id"]
	}
	for _, key := range slices.Sorted(maps.Keys(here)) {
		if inner, ok := here[key].(m); ok && inner[name] != nil {
			return inner[name]
		}
	}
	return nil
}

// body is a request's body: as described, or spoiled in one place. Content is
// what it says when it is as described.
func (f *fuzzer) body(schema *openapi3.SchemaRef, o operation, here m) (body []byte, content any) {
	v := f.value("", schema, o, 0, here)
	switch {
	case !f.one(5):
		return encoded(v), v
	case f.one(3):
		return f.garbled(encoded(v)), nil
	case f.one(3):
		return encoded(f.lacking(schema.Value, v)), nil
	}
	return encoded(f.spoiled(v)), nil
}

// lacking has one required field less, somewhere.
func (f *fuzzer) lacking(s *openapi3.Schema, v any) any {
	in, _ := v.(m)
	if list, ok := v.([]any); ok && len(list) > 0 {
		i := f.random.IntN(len(list))
		list[i] = f.lacking(s.Items.Value, list[i])
	}
	names := slices.Sorted(maps.Keys(in))
	if len(names) == 0 {
		return v
	}
	name := names[f.random.IntN(len(names))]
	if inner := s.Properties[name]; inner != nil && f.one(2) {
		in[name] = f.lacking(inner.Value, in[name])
	} else if slices.Contains(s.Required, name) {
		delete(in, name)
	}
	return in
}

// spoiled has another value somewhere.
func (f *fuzzer) spoiled(v any) any {
	switch in := v.(type) {
	case m:
		names := slices.Sorted(maps.Keys(in))
		if len(names) == 0 || f.one(10) {
			in[f.text()] = f.text() // unknown
			return in
		}
		name := names[f.random.IntN(len(names))]
		if f.one(5) {
			delete(in, name)
			return in
		}
		in[name] = f.spoiled(in[name])
		return in
	case []any:
		if len(in) > 0 && !f.one(5) {
			i := f.random.IntN(len(in))
			in[i] = f.spoiled(in[i])
			return in
		}
		return slices.Repeat(append(in, f.text()), 1+f.random.IntN(100))
	}
	wrong := []any{nil, true, -1, 1.5, 1e300, json.Number("1e999"), []any{}, m{}, []any{nil}, m{"a": nil}}
	if f.one(2) {
		return odd[f.random.IntN(len(odd))]
	}
	return wrong[f.random.IntN(len(wrong))]
}

// garbled is mostly no JSON any more.
func (f *fuzzer) garbled(body []byte) []byte {
	at := f.random.IntN(len(body) + 1)
	switch f.random.IntN(6) {
	case 0:
		return body[:at]
	case 1:
		return append(body, body...)
	case 2:
		return slices.Insert(slices.Clone(body), at, byte(f.random.IntN(256)))
	case 3:
		return []byte(strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100))
	case 4:
		return []byte(strings.Replace(string(body), `":`, `":1,`+string(body), 1))
	}
	return []byte(strings.Repeat("[", f.random.IntN(200_000)))
}

func encoded(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps, lists and scalars can be encoded
	}
	return b
}
