package eventstore_test

import (
	"testing"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

func TestTheClientOnTheEmbeddedNodeConforms(t *testing.T) {
	eventstoretest.Conformance(t, func(t *testing.T) eventstore.Store {
		t.Helper()
		return eventstoretest.New(t).Store
	})
}
