package aggregates

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Event is something that happened, a past-tense struct of one of the aggregate
// packages. Each package seals its own set with an interface of its own.
type Event any

// Upcaster turns the JSON of one schema version into that of the next.
type Upcaster func(json.RawMessage) (json.RawMessage, error)

// Definition says how an event type is stored: its name, which never follows
// the Go name, and its schema version, with the upcasters from older versions.
// Fields that hold personal data carry the struct tag `personal:"true"`.
type Definition struct {
	Name    string
	Version int
	Type    reflect.Type

	upcasters []Upcaster
	decode    func(json.RawMessage) (Event, error)
}

// Define describes the event struct E, stored under name in the version that
// follows the given upcasters (none: version 1).
func Define[E Event](name string, upcasters ...Upcaster) Definition {
	return Definition{
		Name:      name,
		Version:   len(upcasters) + 1,
		Type:      reflect.TypeFor[E](),
		upcasters: upcasters,
		decode: func(data json.RawMessage) (Event, error) {
			var e E
			err := json.Unmarshal(data, &e)
			return e, err
		},
	}
}

// Decode reads the JSON of an event stored in the given schema version.
func (d Definition) Decode(version int, data json.RawMessage) (Event, error) {
	if version < 1 || version > d.Version {
		return nil, fmt.Errorf("event %s has schema version %d; versions 1 to %d are known", d.Name, version, d.Version)
	}
	for _, up := range d.upcasters[version-1:] {
		var err error
		if data, err = up(data); err != nil {
			return nil, fmt.Errorf("upcast event %s: %w", d.Name, err)
		}
	}
	e, err := d.decode(data)
	if err != nil {
		return nil, fmt.Errorf("decode event %s: %w", d.Name, err)
	}
	return e, nil
}

// Catalogue is the list of an aggregate's event definitions.
type Catalogue []Definition
