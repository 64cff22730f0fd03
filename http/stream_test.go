package http_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

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
				if err := wrong(component("PushedEvent"), h.Data); err != nil {
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

var streamCuts = flag.Int("cuts", 1000, "how often TestAStreamOfEventsResumes cuts the connection")

// cutConn is a connection that breaks after so many bytes of the answer.
type cutConn struct {
	net.Conn
	left int
}

func (c *cutConn) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, errors.Join(net.ErrClosed, c.Close())
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// cutAfter is a client whose one connection breaks so.
func cutAfter(bytes int) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &cutConn{conn, bytes}, err
	}}}
}

// However often the connection is cut, at whatever byte, whoever resumes by
// Last-Event-ID hears of every event once and in order (D13). The log is walked
// while it grows, and again until there were enough cuts.
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
	chance, cuts, walks := rand.New(rand.NewPCG(1, 2)), 0, 0
	var want []string
	hear := func(got []string, last string) ([]string, string) {
		r := must(s.request(http.MethodGet, "/v1/events/stream", nil, with("Last-Event-ID", last)))(t)
		client := cutAfter(1 + chance.IntN(4000))
		defer client.CloseIdleConnections()
		cuts++
		resp, err := client.Do(r)
		if err != nil {
			return got, last // cut in the head
		}
		defer func() { _ = resp.Body.Close() }() // it is cut
		l := &listening{t: t, lines: bufio.NewScanner(resp.Body), lastID: last}
		for len(got) != len(want) || want == nil {
			h, ok := l.next()
			if !ok {
				break
			}
			if got = append(got, h.ID); h.ID != h.Data["position"] || h.Event != h.Data["type"] {
				t.Errorf("%s %s with %v", h.ID, h.Event, h.Data)
			}
		}
		return got, l.lastID
	}
	for cuts < *streamCuts {
		got, last := []string(nil), strings.Repeat("0", 16)
		for walks == 0 && len(got) < 60 {
			got, last = hear(got, last)
		}
		if walks++; want == nil {
			<-wrote
			want = s.audited("")
		}
		for len(got) < len(want) && !t.Failed() {
			got, last = hear(got, last)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("heard (-log +stream):\n%s", diff)
		}
	}
	t.Logf("%d cuts in %d walks of %d events", cuts, walks, len(want))
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

// A stream on which nothing happens gives signs of life, so that proxies keep it
// and listeners know (D13).
func TestAStreamOfEventsGivesSignsOfLife(t *testing.T) {
	t.Parallel()
	s := newService(t)
	r := must(s.request(http.MethodGet, "/v1/events/stream", nil))(t)
	ctx, cancel := context.WithTimeout(r.Context(), 15*time.Second)
	defer cancel()
	resp, err := client.Do(r.WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it has no end
	signs := 0
	for lines := bufio.NewScanner(resp.Body); signs < 2 && lines.Scan(); {
		if lines.Text() == ":" {
			signs++
		}
	}
	if signs < 2 {
		t.Errorf("%d signs of life within 15 s", signs)
	}
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
