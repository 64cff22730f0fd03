package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates/webhook"
)

// webhookFields are those of a webhook.
type webhookFields struct {
	URL          string          `json:"url"`
	Types        []string        `json:"types"`
	Teams        []uuid.UUID     `json:"teams"`
	Full         bool            `json:"full"`
	PausedReason *webhook.Reason `json:"paused_reason"`
}

func viewWebhook(s webhook.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	return []Document{Document{Kind: "webhook", ID: s.ID, State: s.Status()}.with(webhookFields{
		URL: s.URL, Types: list(s.Types), Teams: list(s.Teams), Full: s.Full, PausedReason: text(s.Paused),
	})}
}
