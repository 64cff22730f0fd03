package eventstore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Codec turns events of the aggregates into stored JSON and back. It never
// changes once it is made, so it is safe for concurrent use.
type Codec struct {
	byName map[string]aggregates.Definition
	byType map[reflect.Type]aggregates.Definition
}

// UnknownType says that an event has a stored name (or, on encoding, a Go type)
// that is in no catalogue.
type UnknownType struct{ Type string }

// Error names the type.
func (u *UnknownType) Error() string { return "unknown event type " + u.Type }

// NewCodec makes a codec of the given catalogues. A stored name or a Go type
// that is defined twice is an error.
func NewCodec(catalogues ...aggregates.Catalogue) (*Codec, error) {
	c := &Codec{byName: map[string]aggregates.Definition{}, byType: map[reflect.Type]aggregates.Definition{}}
	for _, d := range slices.Concat(catalogues...) {
		if other, taken := c.byName[d.Name]; taken {
			return nil, fmt.Errorf("event name %s is defined twice, for %s and %s", d.Name, other.Type, d.Type)
		}
		if other, taken := c.byType[d.Type]; taken {
			return nil, fmt.Errorf("event struct %s is defined twice, as %s and %s", d.Type, other.Name, d.Name)
		}
		c.byName[d.Name], c.byType[d.Type] = d, d
	}
	return c, nil
}

// Definitions are all definitions, by name.
func (c *Codec) Definitions() []aggregates.Definition {
	ds := make([]aggregates.Definition, 0, len(c.byName))
	for _, d := range c.byName {
		ds = append(ds, d)
	}
	slices.SortFunc(ds, func(a, b aggregates.Definition) int { return cmp.Compare(a.Name, b.Name) })
	return ds
}

// Encode makes an event ready to append, in its newest schema version, which it
// also writes into the metadata. A struct of no catalogue is *UnknownType.
func (c *Codec) Encode(id uuid.UUID, e aggregates.Event, meta aggregates.Metadata) (Proposed, error) {
	d, known := c.byType[reflect.TypeOf(e)]
	if !known {
		return Proposed{}, &UnknownType{Type: fmt.Sprintf("%T", e)}
	}
	data, err := json.Marshal(e)
	if err != nil {
		return Proposed{}, fmt.Errorf("encode event %s: %w", d.Name, err)
	}
	meta.SchemaVersion = d.Version
	metadata, err := json.Marshal(meta)
	if err != nil {
		return Proposed{}, fmt.Errorf("encode metadata of event %s: %w", d.Name, err)
	}
	return Proposed{ID: id, Type: d.Name, Data: data, Metadata: metadata}, nil
}

// Decode reads a stored event, brought up to the newest schema version. Its
// Meta keeps the version it was stored in, 1 when none is written. A stored
// name of no catalogue is *UnknownType.
func (c *Codec) Decode(r Recorded) (Envelope, error) {
	d, known := c.byName[r.Type]
	if !known {
		return Envelope{}, &UnknownType{Type: r.Type}
	}
	env := Envelope{Recorded: r}
	if len(r.Metadata) > 0 {
		if err := json.Unmarshal(r.Metadata, &env.Meta); err != nil {
			return Envelope{}, fmt.Errorf("decode metadata of event %s at %s: %w", r.Type, r.Position, err)
		}
	}
	if env.Meta.SchemaVersion == 0 {
		env.Meta.SchemaVersion = 1
	}
	var err error
	if env.Event, err = d.Decode(env.Meta.SchemaVersion, r.Data); err != nil {
		return Envelope{}, fmt.Errorf("at %s: %w", r.Position, err)
	}
	return env, nil
}
