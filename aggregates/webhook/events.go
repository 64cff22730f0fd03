package webhook

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ webhookEvent() }

// Registered makes an address known that is told of events: of all Types if
// none is named, of tickets of all Teams if none is named. Without Full it is
// told only that something happened, not what. By is the actor who did it.
type Registered struct {
	Webhook uuid.UUID   `json:"webhook"`
	URL     string      `json:"url"`
	Types   []string    `json:"types,omitempty"`
	Teams   []uuid.UUID `json:"teams,omitempty"`
	Full    bool        `json:"full,omitzero"`
	By      string      `json:"by"`
}

// SecretRotated begins another secret for signing; the one before signs too
// until Until (UTC).
type SecretRotated struct {
	Generation int       `json:"generation"`
	Until      time.Time `json:"until"`
	By         string    `json:"by"`
}

// Paused stops telling; what happens meanwhile waits. Reason: requested, or
// gone when the address answered that it is gone for good.
type Paused struct {
	Reason Reason `json:"reason"`
	By     string `json:"by"`
}

// Resumed goes on telling.
type Resumed struct {
	By string `json:"by"`
}

// ReplayRequested tells everything again that happened after After, the text of
// a position in the log.
type ReplayRequested struct {
	After string `json:"after"`
	By    string `json:"by"`
}

// Removed ends the webhook for ever.
type Removed struct {
	By string `json:"by"`
}

func (Registered) webhookEvent()      {}
func (SecretRotated) webhookEvent()   {}
func (Paused) webhookEvent()          {}
func (Resumed) webhookEvent()         {}
func (ReplayRequested) webhookEvent() {}
func (Removed) webhookEvent()         {}

// Model is the webhook aggregate: streams "webhook-<id>".
var Model = aggregates.NewModel("webhook", evolve,
	aggregates.Define[Registered]("webhook-registered"),
	aggregates.Define[SecretRotated]("webhook-secret-rotated"),
	aggregates.Define[Paused]("webhook-paused"),
	aggregates.Define[Resumed]("webhook-resumed"),
	aggregates.Define[ReplayRequested]("webhook-replay-requested"),
	aggregates.Define[Removed]("webhook-removed"),
)
