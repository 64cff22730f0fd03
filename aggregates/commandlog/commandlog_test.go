package commandlog_test

import (
	"encoding/json"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/commandlog"
)

var (
	outcome = commandlog.Succeeded{
		Caller: "agent-1", Key: "k1", Command: "OpenTicket", RequestHash: "h1", Status: 201,
		Body: json.RawMessage(`{"position":"7"}`),
	}
	other = commandlog.Succeeded{Command: "OpenTicket", RequestHash: "h2", Body: json.RawMessage(`{}`)}
)

func remember(o commandlog.Succeeded) func(commandlog.State) ([]aggregates.Event, error) {
	return func(s commandlog.State) ([]aggregates.Event, error) { return s.Remember(o) }
}

func TestTheFirstOutcomeIsKept(t *testing.T) {
	aggregatetest.For(t, commandlog.Model).When(remember(outcome)).Then(outcome)
	later := outcome
	later.Status = 200
	given := aggregatetest.For(t, commandlog.Model, outcome)
	given.When(remember(later)).Then()
	given.When(remember(other)).Refused("idempotency_key_reused")
}

func TestABodyComesBackAsItWasStored(t *testing.T) {
	loose := outcome
	loose.Body = json.RawMessage("{ \"position\": \"7\" }\n")
	aggregatetest.For(t, commandlog.Model).When(remember(loose)).Then(outcome)
	loose.Body = json.RawMessage("{")
	if _, err := (commandlog.State{}).Remember(loose); err == nil {
		t.Error("broken JSON was stored")
	}
}

// api.md 1: same content: the first outcome again; other content: refused.
func TestAKeyStandsForOneRequest(t *testing.T) {
	if done, err := (commandlog.State{}).Match("OpenTicket", "h1"); done || err != nil {
		t.Errorf("unknown key: %v, %v", done, err)
	}
	s := commandlog.Model.Fold(outcome)
	if done, err := s.Match("OpenTicket", "h1"); !done || err != nil {
		t.Errorf("same request: %v, %v", done, err)
	}
	for _, r := range [][2]string{{"OpenTicket", "h2"}, {"CloseTicket", "h1"}} {
		if done, err := s.Match(r[0], r[1]); done || err == nil {
			t.Errorf("%v: %v, %v", r, done, err)
		}
	}
}
