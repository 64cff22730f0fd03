package http

import (
	"cmp"
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/commands"
)

// misfits are all the places of a body that do not fit the type that it is to be
// read into: unknown fields, values of another kind, texts that are no id,
// decimal, day, time or amount. Value is what encoding/json makes of the body.
func misfits(value any, t reflect.Type) error {
	var bad aggregates.Refusals
	fit(&bad, value, t, "")
	return bad.OrNil()
}

// wants is the reason for a type that has JSON of its own.
var wants = map[reflect.Type]string{
	reflect.TypeFor[uuid.UUID]():          "want_id",
	reflect.TypeFor[commands.Reference](): "want_id",
	reflect.TypeFor[aggregates.Decimal](): "want_decimal",
	reflect.TypeFor[aggregates.Date]():    "want_date",
	reflect.TypeFor[aggregates.Money]():   "want_money",
	reflect.TypeFor[[]byte]():             "want_base64",
}

func fit(bad *aggregates.Refusals, value any, t reflect.Type, at string) {
	refuse := func(reason string) { *bad = append(*bad, aggregates.Refuse("malformed", "reason", reason).On(at)) }
	if t.Kind() == reflect.Pointer {
		if value != nil {
			fit(bad, value, t.Elem(), at)
		}
		return
	}
	if t == reflect.TypeFor[time.Time]() {
		text, isText := value.(string)
		if _, ok := parseMoment(text); value != nil && (!isText || !ok) {
			refuse("want_time")
		}
		return
	}
	if text, ok := value.(string); ok && wants[t] == "want_id" {
		_, isID := parseID(text)
		if !isID && (text != "" || t != reflect.TypeFor[commands.Reference]()) { // "" is none
			refuse("want_id")
		}
		return
	}
	if reason := wants[t]; reason != "" || readsItself(t) {
		raw, err := json.Marshal(value)
		if err != nil || json.Unmarshal(raw, reflect.New(t).Interface()) != nil {
			refuse(cmp.Or(reason, "want_object"))
		}
		return
	}
	if value == nil {
		return // as if it were not there
	}
	switch t.Kind() {
	case reflect.Struct:
		object, ok := value.(map[string]any)
		if !ok {
			refuse("want_object")
			return
		}
		fitFields(bad, object, t, at)
	case reflect.Slice:
		list, ok := value.([]any)
		if !ok {
			refuse("want_array")
			return
		}
		for i, element := range list {
			fit(bad, element, t.Elem(), at+"["+strconv.Itoa(i)+"]")
		}
	case reflect.Bool:
		if _, ok := value.(bool); !ok {
			refuse("want_boolean")
		}
	case reflect.Int, reflect.Int64:
		number, ok := value.(json.Number)
		if _, err := number.Int64(); !ok || err != nil {
			refuse("want_number")
		}
	default:
		if _, ok := value.(string); !ok {
			refuse("want_text")
		}
	}
}

// fitFields is fit for the fields of an object, in the order of their names.
func fitFields(bad *aggregates.Refusals, object map[string]any, t reflect.Type, at string) {
	types := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			types[name] = field.Type
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		path := strings.TrimPrefix(at+"."+name, ".")
		if of, known := types[name]; known {
			fit(bad, object[name], of, path)
			continue
		}
		*bad = append(*bad, aggregates.Refuse("malformed", "reason", "unknown_field", "name", name).On(path))
	}
}

func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
