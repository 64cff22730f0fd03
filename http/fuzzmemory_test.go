package http_test

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
)

// memory is what the workers of a run learn from the answers, all for all.
type memory struct {
	sync.Mutex
	ids      map[string][]string       // of documents by kind, of lines by name; codes and links too
	staples  map[string]bool           // what all else stands on: nothing ends them
	bodies   map[string]m              // of documents by id, as read last
	states   map[string]string         // by id
	etags    map[string]int            // revisions by id
	luck     map[string]luck           // by what was to be chosen for and the state of what was
	answers  map[string]map[string]int // how many requests were answered so, by operation and status or code
	reached  map[string]int            // how many succeeded, by operation
	customer string                    // whose token the portal is asked with
}

// luck is how often a choice was made, and how often the request succeeded.
type luck struct{ tried, good float64 }

// rate is 1 for what was never tried.
func (l luck) rate() float64 { return (1 + l.good) / (1 + l.tried) }

// remembering begins with the documents of furnish.
func remembering(t testing.TB) *memory {
	t.Helper()
	mem := &memory{
		ids: map[string][]string{}, staples: map[string]bool{}, bodies: map[string]m{}, states: map[string]string{}, etags: map[string]int{},
		luck: map[string]luck{}, answers: map[string]map[string]int{}, reached: map[string]int{}, customer: id("customer").String(),
	}
	for kind, names := range map[string][]string{
		"customer": {"customer", "other customer"}, "product": {"product", "tracked", "labour"}, "lot": {"lot"}, "journal": {"journal"},
		"location": {"location", "shelf"}, "return_location": {"location"}, "worksheet_template": {"worksheet"}, "project": {"project", "office"}, "coupon_program": {"program"},
		"order": {"order"}, "invoice": {"invoice"}, "delivery": {"delivery"}, "team": {"team"}, "ticket": {"ticket"},
		"invoice_line": {"invoice line"}, "delivery_line": {"delivery line"}, "order_line": {"order line"},
	} {
		for _, name := range names {
			mem.staples[id(name).String()] = true
			mem.remember(kind, id(name).String())
		}
	}
	return mem
}

// remember keeps the staples and the last ids of a kind.
func (mem *memory) remember(kind, id string) {
	ids := mem.ids[kind]
	if slices.Contains(ids, id) {
		return
	}
	if oldest := slices.IndexFunc(ids, func(id string) bool { return !mem.staples[id] }); len(ids) > 40 && oldest >= 0 {
		ids = slices.Delete(ids, oldest, oldest+1)
	}
	mem.ids[kind] = append(ids, id)
}

// state is how a document stands, as far as answers told, and which of its
// fields are empty: what a choice of it can be good for.
func (mem *memory) state(id string) string {
	state, body := mem.states[id], mem.bodies[id]
	if quote, ok := body["quote"].(m); ok {
		state += fmt.Sprint(" ", quote["state"])
	}
	if id == mem.customer || body["customer"] == mem.customer {
		state += " own"
	}
	empty := []string{state}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if list, isList := body[name].([]any); body[name] == nil || isList && len(list) == 0 {
			empty = append(empty, name)
		}
	}
	return strings.Join(empty, " no ")
}

// learn keeps ids, states and revisions of what an answer shows.
func (mem *memory) learn(sent any, a answer) {
	mem.Lock()
	defer mem.Unlock()
	for _, d := range a.list("documents") {
		kind, id := d.(m)["kind"].(string), d.(m)["id"].(string)
		mem.remember(kind, id)
		if revision, ok := d.(m)["revision"].(float64); ok {
			mem.etags[id] = max(mem.etags[id], int(revision))
		}
		if state, ok := d.(m)["state"].(string); ok {
			mem.states[id] = state
		}
		if link := a.text("link"); link != "" && kind == "portal_link" {
			secret := path.Base(link)
			mem.remember("secret", secret)
			if link, ok := sent.(m); ok {
				mem.states[secret] = fmt.Sprint(link["kind"])
			}
		}
	}
	mem.shown(a.json)
	for _, d := range a.list("items") {
		mem.shown(d)
	}
}

// shown keeps a document that was read.
func (mem *memory) shown(read any) {
	body, _ := read.(m)
	kind, _ := body["kind"].(string)
	id, _ := body["id"].(string)
	revision, _ := body["revision"].(float64)
	if kind == "" || id == "" || body["historical"] == true || int(revision) < mem.etags[id] {
		return
	}
	if kind == "access_token" && !slices.Contains(mem.ids[kind], id) {
		return // a caller's, which is not to be ended
	}
	mem.remember(kind, id)
	mem.etags[id] = int(revision)
	mem.bodies[id] = body
	mem.states[id], _ = body["state"].(string)
	for name, secret := range map[string]string{"code": "code", "share_link": "token"} {
		if text, ok := body[name].(string); ok && kind == "coupon" {
			text = path.Base(text)
			mem.remember(secret, text)
			mem.states[text], mem.bodies[text] = mem.states[id], body
		}
	}
	mem.lines(kind, body)
}

// lines keeps the ids of a document's lines, parts, attachments and so on.
func (mem *memory) lines(kind string, body m) {
	for name, value := range body {
		list, _ := value.([]any)
		for _, line := range list {
			l, ok := line.(m)
			if !ok {
				continue
			}
			if link, ok := l["url"].(string); ok {
				mem.remember("file", path.Base(link))
			}
			if id, ok := l["id"].(string); ok {
				one := strings.TrimSuffix(name, "s")
				mem.remember(kind+"_"+one, id)
				mem.remember(one, id)
			}
			mem.lines(kind, l)
		}
	}
}

// pick chooses an id of a kind for a purpose: mostly one in a state in which
// this succeeded before, or was not tried yet.
func (f *fuzzer) pick(purpose, kind string, may func(id string) bool) string {
	mem := f.memory
	mem.Lock()
	defer mem.Unlock()
	ids := mem.ids[kind]
	if f.one(20) || len(ids) == 0 {
		kinds := slices.Sorted(maps.Keys(mem.ids))
		ids = mem.ids[kinds[f.random.IntN(len(kinds))]]
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !may(id) })
	if f.one(40) || len(ids) == 0 {
		return uuid.NewSHA1(uuid.Nil, []byte{byte(f.sent)}).String()
	}
	weights, total := make([]float64, len(ids)), 0.0
	for i, id := range ids {
		state, own := mem.luck[purpose+mem.state(id)].rate(), mem.luck[purpose+id].rate()
		if weights[i] = state * state * own; mem.staples[id] {
			weights[i] *= 4
		}
		total += weights[i]
	}
	chosen := len(ids) - 1
	for at, i := f.random.Float64()*total, 0; i < len(ids); i++ {
		if at -= weights[i]; at < 0 {
			chosen = i
			break
		}
	}
	f.chosen = append(f.chosen, purpose+mem.state(ids[chosen]), purpose+ids[chosen])
	return ids[chosen]
}

// judged says what became of a request, and so of the choices made for it.
func (f *fuzzer) judged(o operation, a answer) {
	mem := f.memory
	mem.Lock()
	defer mem.Unlock()
	what := strconv.Itoa(a.status)
	if code := a.text("code"); a.status >= 400 && code != "" {
		what = code
	}
	if mem.answers[o.OperationID] == nil {
		mem.answers[o.OperationID] = map[string]int{}
	}
	mem.answers[o.OperationID][what]++
	good := 0.0
	if a.status < 400 {
		good = 1
		mem.reached[o.OperationID]++
	}
	for _, choice := range f.chosen {
		l := mem.luck[choice]
		mem.luck[choice] = luck{l.tried + 1, l.good + good}
	}
}

// opened keeps what a link shows.
func (mem *memory) opened(secret string, read any) {
	mem.Lock()
	defer mem.Unlock()
	if body, ok := read.(m); ok && body["kind"] != nil {
		mem.bodies[secret], mem.states[secret] = body, fmt.Sprint(body["kind"], body["state"])
	}
}

// ownerOf is the customer of a document, or of the coupon with a code.
func (mem *memory) ownerOf(id string) any {
	mem.Lock()
	defer mem.Unlock()
	return mem.bodies[id]["customer"]
}
