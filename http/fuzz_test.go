package http_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"aftersales/eventstore/eventstoretest"
)

var (
	fuzzRequests = flag.Int("requests", 20_000, "how many requests TestAPIFuzz sends")
	fuzzSeed     = flag.Uint64("seed", 1, "what TestAPIFuzz derives them from")
)

// fuzzWorkers send requests at the same time; each invents its own.
const fuzzWorkers = 8

// operation is one of openapi.yaml.
type operation struct {
	*openapi3.Operation
	method, path string
	shared       openapi3.Parameters // of its path
	weight       int                 // how often it is chosen
}

// ending are commands after which not much more can be done.
var ending = regexp.MustCompile("(archive|disable|revoke|close|cancel|discard|close-short)$")

// operations are all of them. Those that make documents come more often; those
// that end something, and those that take long, because they rebuild something
// or let guessers wait, less.
func operations(t testing.TB) []operation {
	t.Helper()
	var all []operation
	for path, item := range must(spec())(t).Paths.Map() {
		for method, o := range item.Operations() {
			weight := 20
			switch {
			case strings.HasPrefix(path, "/v1/projections/") && method == http.MethodPost, path == "/coupon/{code}",
				strings.HasPrefix(path, "/v1/coupons/c"), strings.HasPrefix(path, "/v1/coupons/re"), ending.MatchString(path):
				weight = 4
			case o.Responses.Value("201") != nil:
				weight = 60
			}
			all = append(all, operation{o, method, path, item.Parameters, weight})
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.method+a.path, b.method+b.path) })
	return all
}

// fuzzer invents requests and remembers what they made.
type fuzzer struct {
	s         *service
	random    *rand.Rand
	name      string // of its keys
	sent      int
	all       []operation
	callers   []string
	catalogue map[string][3]string
	known     map[string][]string // ids by kind of document or name of line
	etags     map[string]string   // by id
	codes     map[string]int      // how many requests were answered so, by operation and status
}

// TestAPIFuzz (C23): whatever is sent, the answer is one that openapi.yaml
// describes and never a failure of ours; afterwards all read models still run.
// go test ./http -run TestAPIFuzz -requests 200000 -seed 7 sends more and others.
func TestAPIFuzz(t *testing.T) {
	t.Parallel()
	s := newService(t, func(s *service) { s.guarded = true })
	s.furnish()
	callers := append([]string{s.portalOf("customer")}, slices.Repeat([]string{adminToken}, 20)...)
	for _, role := range []string{"lead", "agent", "billing", "technician", "reviewer"} {
		callers = append(callers, s.token(role+"-1", []string{role}, nil))
	}
	for _, o := range operations(t) {
		path := strings.NewReplacer("{id}", id("ticket").String(), "{service}", "refunds").Replace(o.path)
		r := must(s.request(o.method, path, m{}, without("Authorization")))(t)
		if o.Security == nil {
			s.direct(r).refused(http.StatusUnauthorized, "unauthenticated")
		}
	}
	answers, wg := make([]map[string]int, fuzzWorkers), sync.WaitGroup{}
	for w := range fuzzWorkers {
		f := &fuzzer{
			s: s, random: rand.New(rand.NewPCG(*fuzzSeed, uint64(w))), name: "fuzz-" + strconv.Itoa(w), all: operations(t), callers: callers, catalogue: catalogueOfMessages(t),
			known: map[string][]string{}, etags: map[string]string{}, codes: map[string]int{},
		}
		f.know(t)
		answers[w] = f.codes
		wg.Go(func() {
			for f.sent < *fuzzRequests/fuzzWorkers && f.step() {
			}
		})
	}
	wg.Wait()
	f := &fuzzer{s: s}
	f.everythingIsReached(answers)
	s.caughtUp(t)
}

// know begins with the documents of furnish.
func (f *fuzzer) know(t testing.TB) {
	t.Helper()
	for kind, names := range map[string][]string{
		"customer": {"customer", "other customer"}, "product": {"product", "tracked", "labour"}, "lot": {"lot"}, "journal": {"journal"},
		"location": {"location", "shelf"}, "return_location": {"location"}, "worksheet_template": {"worksheet"}, "project": {"project", "office"}, "coupon_program": {"program"},
		"order": {"order"}, "invoice": {"invoice"}, "delivery": {"delivery"}, "team": {"team"}, "ticket": {"ticket"},
		"invoice_line": {"invoice line"}, "delivery_line": {"delivery line"}, "order_line": {"order line"},
	} {
		for _, name := range names {
			f.known[kind] = append(f.known[kind], id(name).String())
		}
	}
}

// step sends one request and says whether all is well.
func (f *fuzzer) step() bool {
	f.sent++
	o := f.choose()
	r, body := f.request(o)
	authorized := slices.Contains(f.callers, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	a := f.s.direct(r)
	for try := 0; a.status == http.StatusServiceUnavailable && try < 3; try++ {
		r.Body, _ = r.GetBody() // as its problem says: this machine may be busy
		a = f.s.direct(r)
	}
	f.codes[o.OperationID+" "+strconv.Itoa(a.status)]++
	if err := f.judge(o, r, a, authorized); err != nil {
		f.s.t.Errorf("-seed %d: %s: %v\nheaders %v\nbody %.2000s\nanswer %d %.2000s", *fuzzSeed, a.what, err, r.Header, body, a.status, a.body)
		return false
	}
	if a.status >= http.StatusMultipleChoices {
		return true
	}
	f.learn(a)
	return r.Method != http.MethodPost || !f.one(10) || f.repeat(r, body, a)
}

func (f *fuzzer) choose() operation {
	total := 0
	for _, o := range f.all {
		total += o.weight
	}
	n := f.random.IntN(total)
	for _, o := range f.all {
		if n -= o.weight; n < 0 {
			return o
		}
	}
	return f.all[0]
}

// learn keeps ids and revisions of what an answer shows.
func (f *fuzzer) learn(a answer) {
	for _, d := range a.list("documents") {
		kind, id := d.(m)["kind"].(string), d.(m)["id"].(string)
		f.remember(kind, id)
		f.etags[id] = fmt.Sprintf(`"%v"`, d.(m)["revision"])
	}
	kind := a.text("kind")
	if code := a.text("code"); kind == "coupon" {
		f.remember("code", code)
	}
	for _, name := range []string{"lines", "parts"} {
		for _, line := range a.list(name) {
			if id, ok := line.(m)["id"].(string); ok {
				f.remember(strings.TrimSuffix(kind+"_"+name, "s"), id)
				f.remember("line", id)
			}
		}
	}
}

// remember keeps the last few ids of a kind.
func (f *fuzzer) remember(kind, id string) {
	if ids := f.known[kind]; !slices.Contains(ids, id) {
		f.known[kind] = append(ids[max(0, len(ids)-20):], id)
	}
}

// repeat sends a command that succeeded once more: it has its first outcome.
func (f *fuzzer) repeat(r *http.Request, body []byte, first answer) bool {
	if r.URL.Query().Get("dry_run") != "" || strings.Contains(r.URL.Path, "/projections/") || strings.HasSuffix(r.URL.Path, "/bulk") {
		return true
	}
	again := r.Clone(r.Context())
	again.Body, _ = r.GetBody()
	a := f.s.direct(again)
	same := a.status == first.status && bytes.Equal(a.body, first.body)
	if !same {
		f.s.t.Errorf("-seed %d: %s: %d %s, then %d %s\nheaders %v\nbody %.2000s", *fuzzSeed, a.what, first.status, first.body, a.status, a.body, r.Header, body)
	}
	return same
}

// everythingIsReached checks that the requests were no shots in the dark: most
// operations succeeded at least once, and all were called.
func (f *fuzzer) everythingIsReached(answers []map[string]int) {
	total, succeeded := map[string]int{}, map[string]int{}
	for _, of := range answers {
		for what, n := range of {
			name, status, _ := strings.Cut(what, " ")
			if total[name] += n; status[0] == '2' || status[0] == '3' {
				succeeded[name] += n
			}
		}
	}
	var never, dark []string
	sum, good := 0, 0
	all := operations(f.s.t)
	for _, o := range all {
		sum, good = sum+total[o.OperationID], good+succeeded[o.OperationID]
		if total[o.OperationID] == 0 {
			never = append(never, o.OperationID)
		}
		if succeeded[o.OperationID] == 0 {
			dark = append(dark, o.OperationID)
		}
	}
	f.s.t.Logf("%d requests, %d succeeded; of %d operations never %v", sum, good, len(all), dark)
	if len(never) > 0 || len(dark) > len(all)/2 || good < sum/10 {
		f.s.t.Errorf("never called: %v; %d of %d operations never succeeded, %d of %d requests did", never, len(dark), len(all), good, sum)
	}
}

// caughtUp waits until all read models have seen the whole log, and checks that
// none of them stumbled.
func (s *service) caughtUp(t testing.TB) {
	t.Helper()
	head := must(s.env.Store.Head(eventstoretest.Context(t)))(t)
	projections := s.get("/v1/projections")
	for i := range projections.list("items") {
		name := projections.text(fmt.Sprintf("items.%d.name", i))
		if _, err := s.projections.Wait(eventstoretest.Context(t), name, head); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	projections = s.get("/v1/projections")
	for i := range projections.list("items") {
		at := fmt.Sprintf("items.%d.", i)
		projections.shows(map[string]string{at + "state": "running", at + "parked": "0", at + "error": ""})
	}
}

// direct answers a request without the network.
func (s *service) direct(r *http.Request) answer {
	a := answer{t: s.t, what: r.Method + " " + r.URL.RequestURI()}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	a.status, a.header, a.body = w.Code, w.Result().Header, w.Body.Bytes()
	if strings.Contains(a.header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(a.body, &a.json); err != nil {
			s.t.Errorf("%s: %v in %s", a.what, err, a.body)
		}
	}
	return a
}

// one is true once in n times.
func (f *fuzzer) one(n int) bool { return f.random.IntN(n) == 0 }
