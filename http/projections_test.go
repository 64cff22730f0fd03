package http_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// spoil appends an event of a new ticket that no read model can decode, and
// answers the ticket's stream.
func (s *service) spoil() string {
	s.t.Helper()
	stream := "ticket-" + uuid.NewString()
	p := eventstore.Proposed{ID: uuid.New(), Type: "ticket-opened", Data: []byte(`[]`), Metadata: []byte(`{}`)}
	must(s.env.Store.Append(eventstoretest.Context(s.t), stream, eventstore.NoStream(), []eventstore.Proposed{p}))(s.t)
	return stream
}

// projection is how a read model stands, once it stands so.
func (s *service) projection(name string, as func(m) bool) m {
	s.t.Helper()
	ctx := eventstoretest.Context(s.t)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, p := range s.get("/v1/projections").list("items") {
			if p := p.(m); p["name"] == name && as(p) {
				return p
			}
		}
		select {
		case <-ctx.Done():
			s.t.Fatalf("read model %s stays as it is", name)
		case <-tick.C:
		}
	}
}

func TestReadModelsAreWatchedAndRepairedOverTheAPI(t *testing.T) {
	s := newService(t)
	team := s.post("/v1/teams", m{"name": "Support"}).created()
	stream := s.spoil()
	after := s.post("/v1/teams", m{"name": "Sales"})
	s.get("/v1/teams/"+after.created(), since(after)) // the rest goes on
	p := s.projection("documents", func(p m) bool { return p["lag_events"] == 0.0 && p["state"] == "running" })
	if p["parked"] != 1.0 || p["parked_failing"] != 1.0 || p["holder"] == nil || p["rebuild"] != nil || p["events"].(float64) < 3 {
		t.Errorf("with a parked event: %v", p)
	}
	s.send(http.MethodGet, "/readyz", nil).shows(map[string]string{"status": "ready", "projections.0.holder": ""})
	metrics := string(s.get("/metrics").body)
	for name, value := range map[string]any{
		"running": 1, "held": 1, "epoch": p["epoch"], "lag_events": 0, "lag_seconds": 0, "parked_events": 1, "parked_failing_events": 1, "unknown_events": 0,
	} {
		if want := fmt.Sprintf("aftersales_projection_%s{projection=\"documents\"} %v\n", name, value); !strings.Contains(metrics, want) {
			t.Errorf("no metric %s", want)
		}
	}
	parked := s.get("/v1/projections/documents/parked")
	parked.shows(map[string]string{"items.0.stream": stream, "items.0.type": "ticket-opened", "items.0.attempts": "1"})
	if parked.text("items.0.error") == "" || len(parked.list("items")) != 1 {
		t.Errorf("parked: %s", parked.body)
	}
	s.post("/v1/projections/documents/parked/retry", nil).shows(map[string]string{"applied": "0", "parked": "1"})

	if a := s.send(http.MethodPost, "/v1/projections/documents/rebuild", nil); a.status != http.StatusAccepted {
		t.Fatalf("%s: %d %s", a.what, a.status, a.body)
	}
	p = s.projection("documents", func(p m) bool { return p["rebuild"].(m)["finished_at"] != nil })
	rebuild := p["rebuild"].(m)
	if rebuild["error"] != nil || rebuild["events_done"] != rebuild["events_total"] || rebuild["events_done"] == 0.0 || p["old_kept"] != true {
		t.Errorf("rebuilt: %v", p)
	}
	s.post("/v1/projections/documents/drop-old", nil).shows(map[string]string{"old_kept": "false", "parked": "1"})

	s.post("/v1/projections/documents/verify", nil).shows(map[string]string{"count": "0", "parked": "1"})
	const change = `UPDATE documents.document SET state = 'odd' WHERE id = $1`
	if _, err := s.projections.Pool().Exec(t.Context(), change, team); err != nil {
		t.Fatal(err)
	}
	s.post("/v1/projections/documents/verify", nil).shows(map[string]string{
		"count": "1", "differences.0.table": "document", "differences.0.key.id": team,
		"differences.0.found": "changed", "differences.0.columns.0": "state",
	})
}

func TestOnlyAdminsRepairReadModels(t *testing.T) {
	s := newService(t)
	agent := as(s.token("agent-1", []string{"agent"}, nil))
	for _, path := range []string{"parked/retry", "rebuild", "drop-old", "verify"} {
		s.send(http.MethodPost, "/v1/projections/documents/"+path, nil, agent).refused(http.StatusForbidden, "forbidden")
		s.send(http.MethodPost, "/v1/projections/nothing/"+path, nil).refused(http.StatusNotFound, "projection_not_found")
		s.send(http.MethodPost, "/v1/projections/documents/"+path, nil, without("Idempotency-Key")).refused(http.StatusBadRequest, "idempotency_key_required")
		s.send(http.MethodPost, "/v1/projections/documents/"+path+"?dry_run=true", nil).refused(http.StatusBadRequest, "invalid_parameter")
	}
	s.send(http.MethodGet, "/v1/projections/documents/parked", nil, agent).refused(http.StatusForbidden, "forbidden")
	s.send(http.MethodGet, "/v1/projections/nothing/parked", nil).refused(http.StatusNotFound, "projection_not_found")
}
