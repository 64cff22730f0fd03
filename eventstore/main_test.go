package eventstore_test

import (
	"testing"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

// On the embedded node, or on the event store of -esdb.
func TestTheClientConforms(t *testing.T) {
	eventstoretest.Conformance(t, func(t *testing.T) eventstore.Store {
		t.Helper()
		if *eventstoretest.Address == "" {
			return eventstoretest.New(t).Store
		}
		client, err := eventstore.Dial(eventstoretest.Context(t), eventstore.Config{URL: *eventstoretest.Address})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return client
	})
}
