package task

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/worksheet"
)

// Values are what was filled in, by field: a string, a bool or a json.Number.
type Values map[string]any

// UnmarshalJSON reads an object and keeps its numbers exact.
func (v *Values) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("worksheet values: %w", err)
	}
	*v = m
	return nil
}

// Hash is the SHA-256, in hexadecimal, of the canonical JSON
// {"materials":[…],"values":{…},"version":n,"worked_seconds":n}: no spaces, keys
// in the order of their bytes, numbers in their shortest form, no materials and
// no time left out. A signature is bound to it.
func Hash(version int, values Values, effort Effort) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// Values hold only what JSON can write, so there is no error to answer.
	_ = e.Encode(struct {
		Materials     []Material `json:"materials,omitempty"`
		Values        Values     `json:"values"`
		Version       int        `json:"version"`
		WorkedSeconds int64      `json:"worked_seconds,omitempty"`
	}{effort.Materials, values, version, effort.WorkedSeconds})
	sum := sha256.Sum256(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// canonical are the values without empty ones and with shortest numbers, or all
// that is wrong with them. Without a template every field is free.
func canonical(template *Template, values Values) (Values, error) {
	filled := Values{}
	var fields check.Fields
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if empty(values[name]) {
			continue
		}
		field, known := template.field(name)
		value, ok := read(field, values[name])
		fields.Refuse(!known || !ok, "values."+name, "invalid_value")
		if text, ok := value.(string); ok && !check.Picture(text) && field.Type != worksheet.Signature {
			fields.Within(check.MaxText, "values."+name, text)
		}
		filled[name] = value
	}
	if template != nil {
		for _, f := range template.Fields {
			fields.Refuse(f.Required && empty(values[f.Name]), "values."+f.Name, "worksheet_field_required", "field", f.Name)
		}
	}
	return filled, fields.Err()
}

// field is the named field, of type "" for any, and whether there is such a field.
func (t *Template) field(name string) (worksheet.Field, bool) {
	if t == nil {
		return worksheet.Field{}, true
	}
	i := slices.IndexFunc(t.Fields, func(f worksheet.Field) bool { return f.Name == name })
	if i < 0 {
		return worksheet.Field{}, false
	}
	return t.Fields[i], true
}

// empty says whether nothing was filled in; an unticked box is something.
func empty(value any) bool {
	text, ok := value.(string)
	return value == nil || ok && strings.TrimSpace(text) == ""
}

// read is the value in its canonical form, not ok when it is none of the field.
// A number may also come as a decimal string; pictures are data URLs.
func read(field worksheet.Field, value any) (any, bool) {
	switch v := value.(type) {
	case bool:
		return v, field.Type == worksheet.Checkbox || field.Type == ""
	case json.Number:
		n, err := aggregates.ParseDecimal(v.String())
		return json.Number(n.String()), err == nil && (field.Type == worksheet.Number || field.Type == "")
	case string:
		switch field.Type {
		case worksheet.Checkbox:
			return nil, false
		case worksheet.Number:
			return read(field, json.Number(v))
		case worksheet.Date:
			_, err := aggregates.ParseDate(v)
			return v, err == nil
		case worksheet.Choice:
			return v, len(field.Choices) == 0 || slices.Contains(field.Choices, v)
		case worksheet.Photo:
			return v, check.Picture(v)
		case worksheet.Signature:
			return v, check.RefusedSignature(v) == ""
		default:
			return v, true
		}
	}
	return nil, false
}
