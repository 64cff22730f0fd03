package documents

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Set is the document with one of its fields replaced, or added at the end,
// for what only a reader knows, such as an opened coupon code.
func (d Document) Set(name string, value any) (Document, error) {
	fields, err := members(d.Fields)
	if err != nil {
		return Document{}, fmt.Errorf("fields of %s %s: %w", d.Kind, d.ID, err)
	}
	b, err := json.Marshal(value)
	if err != nil {
		return Document{}, fmt.Errorf("field %s of %s %s: %w", name, d.Kind, d.ID, err)
	}
	found := false
	for i := range fields {
		if fields[i].name == name {
			fields[i].value, found = b, true
		}
	}
	if !found {
		fields = append(fields, member{name, b})
	}
	d.Fields = object(fields)
	return d, nil
}

// Only is the document with none but the named fields, in their order.
func (d Document) Only(names ...string) (Document, error) {
	fields, err := members(d.Fields)
	if err != nil {
		return Document{}, fmt.Errorf("fields of %s %s: %w", d.Kind, d.ID, err)
	}
	allowed := map[string]bool{}
	for _, n := range names {
		allowed[n] = true
	}
	kept := fields[:0]
	for _, f := range fields {
		if allowed[f.name] {
			kept = append(kept, f)
		}
	}
	d.Fields = object(kept)
	return d, nil
}

// member is a field of a JSON object. Order matters to people who read it, so
// maps do not serve.
type member struct {
	name  string
	value json.RawMessage
}

// members are those of a JSON object, in order.
func members(data []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var all []member
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(name)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

func object(all []member) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", m.name, m.value)
	}
	b.WriteByte('}')
	return b.Bytes()
}
