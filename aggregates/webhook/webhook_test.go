package webhook_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/webhook"
)

var (
	now        = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
	registered = webhook.Registered{Webhook: uuid.MustParse("dd1c3a10-0000-4000-8000-000000000002"), URL: "https://erp.example/hook", By: "admin"}
	gone       = webhook.Paused{Reason: webhook.Gone, By: "system"}
)

type rule = func(webhook.State) ([]aggregates.Event, error)

func told(name string) bool { return name == "ticket-opened" || name == "ticket-closed" }

func register(insecure bool, change func(*webhook.Registered)) rule {
	wish := registered
	change(&wish)
	return func(s webhook.State) ([]aggregates.Event, error) { return s.Register(wish, told, insecure) }
}

func TestAWebhookIsRegisteredOnce(t *testing.T) {
	same := register(false, func(*webhook.Registered) {})
	aggregatetest.For(t, webhook.Model).When(same).Then(registered)
	aggregatetest.For(t, webhook.Model, registered).When(same).Refused("already_exists")
}

func TestAddressesOfWebhooks(t *testing.T) {
	given := aggregatetest.For(t, webhook.Model)
	given.When(register(false, func(w *webhook.Registered) { w.URL = "" })).Refused("required")
	for _, bad := range []string{
		"http://erp.example/hook", "erp.example/hook", "//erp.example", "https:///hook", "https://", "ftp://erp.example", "javascript:alert(1)",
		"https://user:secret@erp.example/", "https://erp.example/#x", "https://erp.example/" + strings.Repeat("x", 2000), "https://[", "file:///etc/passwd",
	} {
		given.When(register(false, func(w *webhook.Registered) { w.URL = bad })).Refused("invalid_value")
	}
	plain := registered
	plain.URL = "http://127.0.0.1:9/hook"
	given.When(register(true, func(w *webhook.Registered) { w.URL = plain.URL })).Then(plain)
}

// A webhook of events that never happen would wait for ever.
func TestTypesOfWebhooks(t *testing.T) {
	given := aggregatetest.For(t, webhook.Model)
	some := registered
	some.Types = []string{"ticket-opened", "ticket-closed"}
	given.When(register(false, func(w *webhook.Registered) { w.Types = some.Types })).Then(some)
	for _, bad := range []string{"ticket-opened", "ticket-cloesd", "ticket-*", "", " ticket-closed"} {
		given.When(register(false, func(w *webhook.Registered) { w.Types = []string{"ticket-opened", bad} })).Refused("invalid_value")
	}
}

func TestBothSecretsSignForADay(t *testing.T) {
	rotate := func(s webhook.State) ([]aggregates.Event, error) { return s.Rotate("admin", now) }
	rotated := webhook.SecretRotated{Generation: 2, Until: now.Add(24 * time.Hour), By: "admin"}
	aggregatetest.For(t, webhook.Model, registered).When(rotate).Then(rotated)
	s := webhook.Model.Fold(registered, rotated)
	for at, want := range map[time.Duration][]int{0: {2, 1}, 24*time.Hour - 1: {2, 1}, 24 * time.Hour: {2}} {
		if got := s.Signing(now.Add(at)); !slices.Equal(got, want) {
			t.Errorf("after %s %v sign, want %v", at, got, want)
		}
	}
	if got := webhook.Model.Fold(registered).Signing(now); !slices.Equal(got, []int{1}) {
		t.Errorf("at first %v sign", got)
	}
}

func TestAWebhookIsPausedAndGoesOn(t *testing.T) {
	pause := func(s webhook.State) ([]aggregates.Event, error) { return s.Pause(webhook.Gone, "system") }
	resume := func(s webhook.State) ([]aggregates.Event, error) { return s.Resume("admin") }
	replay := func(s webhook.State) ([]aggregates.Event, error) { return s.Replay("0000000000000000", "admin") }
	remove := func(s webhook.State) ([]aggregates.Event, error) { return s.Remove("admin") }
	aggregatetest.For(t, webhook.Model, registered).When(pause).Then(gone)
	aggregatetest.For(t, webhook.Model, registered, gone).When(pause).Then()
	aggregatetest.For(t, webhook.Model, registered, gone).When(resume).Then(webhook.Resumed{By: "admin"})
	aggregatetest.For(t, webhook.Model, registered).When(resume).Then()
	aggregatetest.For(t, webhook.Model, registered).When(replay).Then(webhook.ReplayRequested{After: "0000000000000000", By: "admin"})
	aggregatetest.For(t, webhook.Model, registered).When(remove).Then(webhook.Removed{By: "admin"})
	removed := aggregatetest.For(t, webhook.Model, registered, webhook.Removed{By: "admin"})
	removed.When(remove).Then()
	removed.When(pause).Then()
	for _, r := range []rule{resume, replay, func(s webhook.State) ([]aggregates.Event, error) { return s.Rotate("admin", now) }} {
		removed.When(r).Refused("webhook_removed")
	}
}

// Each message waits what the schedule says and up to a fifth more, and the
// messages that failed together come back spread over that fifth.
func TestAttemptsFollowTheScheduleWithJitterAndEnd(t *testing.T) {
	const messages, parts = 1000, 10
	schedule := []time.Duration{
		5 * time.Second, 30 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
		10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	}
	for n, wait := range schedule {
		var spread [parts]int
		for i := range messages {
			d := webhook.Delivery{Event: aggregates.DeriveID("message", strconv.Itoa(i)), Attempt: n + 1}
			again := d.Again(now)
			late := again.Sub(now) - wait
			if late < 0 || late > wait/5 || !again.Equal(d.Again(now)) {
				t.Fatalf("attempt %d: %s later than %s", n+1, late, wait)
			}
			spread[min(int(parts*late/(wait/5)), parts-1)]++
		}
		if slices.Min(spread[:]) < messages/parts/2 {
			t.Errorf("attempt %d comes back together: %v", n+1, spread)
		}
	}
	for _, beyond := range []int{len(schedule) + 1, len(schedule) + 2} {
		if d := (webhook.Delivery{Event: registered.Webhook, Attempt: beyond}); !d.Again(now).IsZero() {
			t.Errorf("there is an attempt after attempt %d", beyond)
		}
	}
}
