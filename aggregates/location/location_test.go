package location_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/location"
)

var id = uuid.MustParse("8d1c3a10-0000-4000-8000-000000000001")

func register(l location.Registered) func(location.State) ([]aggregates.Event, error) {
	return func(s location.State) ([]aggregates.Event, error) { return s.Register(l) }
}

func TestALocationIsRegisteredOnce(t *testing.T) {
	wish := location.Registered{Location: id, Name: "Returns shelf", ReturnLocation: true}
	event := wish
	event.Kind = location.DefaultKind
	aggregatetest.For(t, location.Model).When(register(wish)).Then(event)
	aggregatetest.For(t, location.Model, event).When(register(wish)).Refused("already_exists")
}

func TestALocationNeedsAName(t *testing.T) {
	aggregatetest.For(t, location.Model).When(register(location.Registered{Location: id})).Refused("required")
}
