package projections_test

import (
	"errors"
	"testing"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
)

func TestOnlyReadModelsOfThisLogAreAccepted(t *testing.T) {
	env := eventstoretest.New(t)
	ctx := eventstoretest.Context(t)
	check := func() error { return projections.CheckLog(ctx, env.DatabaseURL, env.Store) }
	if err := check(); err != nil {
		t.Fatalf("an empty log: %v", err)
	}
	eventstoretest.Append(t, env.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(2)...)
	for range 2 {
		if err := check(); err != nil {
			t.Fatalf("the first log: %v", err)
		}
	}
	other := eventstoretest.New(t)
	eventstoretest.Append(t, other.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(9)...)
	err := projections.CheckLog(ctx, env.DatabaseURL, other.Store)
	if !errors.As(err, new(*projections.OtherLogError)) {
		t.Errorf("another log: %v", err)
	}
	if err := projections.Forget(ctx, env.DatabaseURL, nil); err != nil {
		t.Fatal(err)
	}
	if err := projections.CheckLog(ctx, env.DatabaseURL, other.Store); err != nil {
		t.Errorf("after Forget: %v", err)
	}
}
