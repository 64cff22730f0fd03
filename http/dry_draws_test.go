package http_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"aftersales/aggregates/catalogue"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

var dryDraws = flag.Int("draws", 500, "how many commands TestDrawnDryRuns tries")

// TestDrawnDryRuns (D11): whatever command is drawn, for documents in whatever
// state, its dry run writes nothing, and the command itself, given right after,
// is refused alike or done.
func TestDrawnDryRuns(t *testing.T) {
	t.Parallel()
	s := furnished(t, func(s *service) { s.guarded = true })
	f := &fuzzer{
		memory: remembering(t), s: s, random: rand.New(rand.NewPCG(*fuzzSeed, 0)), name: "drawn",
		all: operations(t), catalogue: catalogueOfMessages(t),
	}
	f.callers = append([]string{s.portalOf("customer")}, s.token("agent-1", []string{"agent"}, nil))
	f.callers = append(f.callers, slices.Repeat([]string{adminToken}, 8)...)
	refused, done, overtaken := 0, 0, 0
	for n := 0; n < *dryDraws && !t.Failed(); {
		o := f.choose()
		if o.method != http.MethodPost || o.path == "/v1/bulk" || slices.Contains(projectionOperations, o.path) {
			continue // bulk tries what it carries
		}
		n++
		f.chosen = nil
		vars := f.variables(o)
		here, well := f.surroundings(o, vars)
		if !well {
			return
		}
		real, body, content := f.request(o, vars, here)
		key := fmt.Sprint("drawn-", n)
		real.Header.Set("Idempotency-Key", key)
		without := real.URL.Query()
		without.Del("dry_run")
		real.URL.RawQuery = without.Encode()
		dry := real.Clone(real.Context())
		dry.Body, _ = real.GetBody()
		dry.URL.RawQuery = strings.TrimPrefix(without.Encode()+"&dry_run=true", "&")

		before := must(s.env.Store.Head(eventstoretest.Context(t)))(t)
		tried := s.answered(dry)
		s.wroteNothing(before, key)
		did := s.answered(real)
		f.judged(o, did)
		switch others := s.others(before, key); {
		case busy(tried) || busy(did) || others:
			overtaken++
		case tried.status < 300 && did.status < 300:
			done++
		case tried.status == did.status && tried.text("code") == did.text("code"):
			refused++
		default:
			t.Errorf("-seed %d: tried %d %s, then %s: %d %s\nheaders %v\nbody %.2000s",
				*fuzzSeed, tried.status, tried.body, did.what, did.status, did.body, real.Header, body)
		}
		if did.status < 300 {
			f.learn(content, did)
		}
	}
	t.Logf("%d drawn commands were refused as their dry run, %d done; %d were overtaken", refused, done, overtaken)
	if overtaken > *dryDraws/2 || done < *dryDraws/20 || refused < *dryDraws/20 {
		t.Errorf("%d refused, %d done, %d overtaken: not much was tried", refused, done, overtaken)
	}
}

// busy says that an answer is not about the command.
func busy(a answer) bool {
	return a.status == http.StatusServiceUnavailable || a.status == http.StatusTooManyRequests
}

// after are the events after the position.
func (s *service) after(before eventstore.Position) (all []eventstore.Envelope) {
	s.t.Helper()
	codec := must(eventstore.NewCodec(catalogue.All()...))(s.t)
	for recorded, err := range s.env.Store.ReadAll(eventstoretest.Context(s.t), before) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, must(codec.Decode(recorded))(s.t))
	}
	return all
}

// wroteNothing checks that no event after the position is of the key.
func (s *service) wroteNothing(before eventstore.Position, key string) {
	s.t.Helper()
	for _, e := range s.after(before) {
		if e.Meta.Key == key {
			s.t.Errorf("a dry run wrote %s into %s", e.Type, e.Stream)
		}
	}
}

// others says whether events after the position are not of the key.
func (s *service) others(before eventstore.Position, key string) bool {
	s.t.Helper()
	return slices.ContainsFunc(s.after(before), func(e eventstore.Envelope) bool { return e.Meta.Key != key })
}
