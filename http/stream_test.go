package http_test

import (
	"bufio"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/eventstore/eventstoretest"
)

// listening is an open stream of events.
type listening struct {
	t      testing.TB
	lines  *bufio.Scanner
	lastID string
	close  func()
}

// heard is an event off the stream.
type heard struct {
	ID, Event string
	Data      m
}

func (s *service) listen(query string, options ...option) *listening {
	s.t.Helper()
	r := must(s.request(http.MethodGet, "/v1/events/stream"+query, nil, options...))(s.t)
	ctx, cancel := context.WithCancel(r.Context())
	resp, err := client.Do(r.WithContext(ctx)) //nolint:bodyclose // l.close does
	if err != nil {
		s.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		s.t.Fatalf("listen: %d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	l := &listening{t: s.t, lines: bufio.NewScanner(resp.Body)}
	l.lines.Buffer(nil, 1<<20)
	l.close = func() { cancel(); _ = resp.Body.Close() }
	s.t.Cleanup(l.close)
	return l
}

// next reads as an EventSource does: a block without data only moves the id.
func (l *listening) next() (heard, bool) {
	var h heard
	var data string
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "id":
			h.ID = value
		case "event":
			h.Event = value
		case "data":
			data = value
		case "":
			if h.ID != "" {
				l.lastID = h.ID
			}
			if data != "" {
				if err := json.Unmarshal([]byte(data), &h.Data); err != nil {
					l.t.Errorf("%v in %s", err, data)
				}
				return h, true
			}
		}
	}
	return heard{}, false
}

// audited are the positions of what a query of the audit chooses.
func (s *service) audited(query string) (positions []string) {
	s.t.Helper()
	cursor := ""
	for {
		page := s.get("/v1/audit/events?limit=200"+query+cursor, with("Min-Position", must(s.env.Store.Head(eventstoretest.Context(s.t)))(s.t).String()))
		for _, e := range page.list("items") {
			positions = append(positions, e.(m)["position"].(string))
		}
		if page.text("next_cursor") == "" {
			return positions
		}
		cursor = "&cursor=" + page.text("next_cursor")
	}
}

// However often the connection is cut, whoever resumes by Last-Event-ID hears
// of every event once and in order (D13).
func TestAStreamOfEventsResumes(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		for range 60 {
			made := s.post("/v1/tickets", m{"title": "A ticket", "team": id("team")})
			s.post("/v1/tickets/"+made.created()+"/notes", m{"body": "seen"})
		}
	}()
	var got []string
	last, chance := "0000000000000000", rand.New(rand.NewPCG(1, 2))
	hear := func(n int) {
		l := s.listen("", with("Last-Event-ID", last))
		defer l.close()
		for range n {
			h, ok := l.next()
			if !ok {
				t.Error("the stream ended")
				return
			}
			if got = append(got, h.ID); h.ID != h.Data["position"] || h.Event != h.Data["type"] {
				t.Errorf("%s %s with %v", h.ID, h.Event, h.Data)
			}
			last = l.lastID
		}
	}
	for len(got) < 60 {
		hear(1 + chance.IntN(5))
	}
	<-wrote
	want := s.audited("")
	for len(got) < len(want) {
		hear(min(len(want)-len(got), 1+chance.IntN(50)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heard (-log +stream):\n%s", diff)
	}
}

// A stream without a place to resume from begins with what comes next; a block
// without data tells that place, so that a cut before the first event loses none.
func TestAStreamOfEventsBeginsNow(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.post("/v1/teams", m{"id": id("team"), "name": "Team"})
	made := s.post("/v1/tickets", m{"title": "Before", "team": id("team")})
	s.audited("")
	l := s.listen("?type=ticket-opened")
	s.get("/v1/tickets/"+made.created(), since(made))
	after := s.post("/v1/tickets", m{"title": "After", "team": id("team")})
	if h, _ := l.next(); h.Event != "ticket-opened" || h.Data["ticket"] != after.created() {
		t.Errorf("heard %v", h)
	}
	if l.lastID == "" {
		t.Error("no place to resume from")
	}
	s.send(http.MethodGet, "/v1/events/stream", nil, with("Last-Event-ID", "yesterday")).refused(400, "invalid_cursor")
	s.send(http.MethodGet, "/v1/events/stream?ticket=x", nil).refused(400, "invalid_parameter")
}

// Rights are checked for each event: a team hears of its tickets only, and of a
// ticket's later events no more once it left the team.
func TestAStreamOfEventsIsForTheTeamsOfTheListener(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, team := range []string{"ours", "theirs"} {
		s.post("/v1/teams", m{"id": id(team), "name": team})
	}
	foreign := ""
	for _, team := range []string{"ours", "theirs", "ours"} {
		if made := s.post("/v1/tickets", m{"title": "Of " + team, "team": id(team)}); team == "theirs" {
			foreign = made.created()
		}
	}
	last := s.post("/v1/tickets", m{"title": "The end", "team": id("ours")})
	l := s.listen("?after=0000000000000000", as(s.token("agent-1", []string{"agent"}, m{"teams": []any{id("ours")}})))
	titles := []string{}
	for {
		h, ok := l.next()
		if !ok {
			t.Fatal("the stream ended")
		}
		if h.Data["ticket"] == nil || h.Data["ticket"] == foreign {
			t.Errorf("an agent of a team heard of %v", h.Data)
		}
		if title, _ := h.Data["data"].(m)["title"].(string); h.Event == "ticket-opened" {
			titles = append(titles, title)
		}
		if h.Data["ticket"] == last.created() {
			break
		}
	}
	if want := []string{"Of ours", "Of ours", "The end"}; !slices.Equal(titles, want) {
		t.Errorf("heard of %q", titles)
	}
	for _, refused := range []struct {
		token  string
		status int
		code   string
	}{
		{s.token("reporter", []string{"reporting"}, nil), 403, "forbidden"},
		{"nonsense", 401, "unauthenticated"},
	} {
		s.send(http.MethodGet, "/v1/events/stream", nil, as(refused.token)).refused(refused.status, refused.code)
	}
}

// A stream ends when its token is revoked (C25).
func TestAStreamOfEventsEndsWithTheToken(t *testing.T) {
	t.Parallel()
	s := newService(t)
	issued := s.post("/v1/access-tokens", m{"actor": "erp", "roles": []string{"integration"}})
	l := s.listen("", as(issued.text("token")))
	s.post("/v1/access-tokens/"+issued.text("id")+"/revoke", nil)
	for ok := true; ok; { // ends with the stream; what happened before the end may still come
		_, ok = l.next()
	}
	if err := l.lines.Err(); err != nil {
		t.Error(err)
	}
}
