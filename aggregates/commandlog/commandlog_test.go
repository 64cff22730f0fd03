package commandlog_test

import (
	"encoding/json"
	"testing"

	"aftersales/aggregates/commandlog"
)

// api.md 1: what happened under a key is told with its caller, content and answer.
func TestAnOutcomeIsRememberedWhole(t *testing.T) {
	if commandlog.Model.Fold().Known {
		t.Error("an unused key is known")
	}
	s := commandlog.Model.Fold(commandlog.Succeeded{
		Caller: "agent-1", Key: "k1", Command: "open-ticket", RequestHash: "h1", Status: 201,
		Body: json.RawMessage(`{"position":7}`), Documents: []commandlog.Document{{Kind: "ticket"}},
	})
	if !s.Known || s.Caller != "agent-1" || s.Key != "k1" || s.Command != "open-ticket" || s.RequestHash != "h1" ||
		s.Status != 201 || string(s.Body) != `{"position":7}` || len(s.Documents) != 1 {
		t.Errorf("remembered %+v", s)
	}
}
