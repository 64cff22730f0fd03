package commands

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/catalogue"
	"aftersales/aggregates/webhook"
	webhookkeys "aftersales/commands/webhook"
	"aftersales/eventstore"
)

// RegisterWebhook makes an address be told of events.
type RegisterWebhook struct {
	ID    *uuid.UUID  `json:"id"`
	URL   string      `json:"url"`
	Types []string    `json:"types"`
	Teams []uuid.UUID `json:"teams"`
	Full  bool        `json:"full"`
}

func (RegisterWebhook) commandName() string { return "register-webhook" }

func (c RegisterWebhook) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	unknown := x.knownTeams(ctx, c.Teams)
	id := x.newID(c.ID)
	_, err := create(ctx, x, "webhook", webhook.Model, id, func(s webhook.State) ([]aggregates.Event, error) {
		events, err := s.Register(webhook.Registered{
			Webhook: id, URL: c.URL, Types: c.Types, Teams: c.Teams, Full: c.Full, By: x.req.Principal.Actor.ID,
		}, catalogue.Told, x.s.InsecureWebhooks)
		return events, together(unknown, err)
	})
	return err
}

// RotateWebhookSecret begins another secret for signing.
type RotateWebhookSecret struct {
	Webhook uuid.UUID `json:"-"`
}

func (RotateWebhookSecret) commandName() string { return "rotate-webhook-secret" }

func (c RotateWebhookSecret) execute(ctx context.Context, x *execution) error {
	return x.changeWebhook(ctx, c.Webhook, func(s webhook.State) ([]aggregates.Event, error) {
		return s.Rotate(x.req.Principal.Actor.ID, x.now)
	})
}

// PauseWebhook stops telling; what happens meanwhile waits.
type PauseWebhook struct {
	Webhook uuid.UUID      `json:"-"`
	Reason  webhook.Reason `json:"-"`
}

func (PauseWebhook) commandName() string { return "pause-webhook" }

func (c PauseWebhook) execute(ctx context.Context, x *execution) error {
	reason := c.Reason
	if reason == "" {
		reason = webhook.Requested
	}
	return x.changeWebhook(ctx, c.Webhook, func(s webhook.State) ([]aggregates.Event, error) {
		return s.Pause(reason, x.req.Principal.Actor.ID)
	})
}

// ResumeWebhook goes on telling.
type ResumeWebhook struct {
	Webhook uuid.UUID `json:"-"`
}

func (ResumeWebhook) commandName() string { return "resume-webhook" }

func (c ResumeWebhook) execute(ctx context.Context, x *execution) error {
	return x.changeWebhook(ctx, c.Webhook, func(s webhook.State) ([]aggregates.Event, error) {
		return s.Resume(x.req.Principal.Actor.ID)
	})
}

// ReplayWebhook tells again what happened after a position of the log.
type ReplayWebhook struct {
	Webhook uuid.UUID `json:"-"`
	After   string    `json:"after"`
}

func (ReplayWebhook) commandName() string { return "replay-webhook" }

func (c ReplayWebhook) execute(ctx context.Context, x *execution) error {
	return x.changeWebhook(ctx, c.Webhook, func(s webhook.State) ([]aggregates.Event, error) {
		if _, err := eventstore.ParsePosition(c.After); err != nil {
			return nil, aggregates.Refuse("invalid_value").On("after")
		}
		return s.Replay(c.After, x.req.Principal.Actor.ID)
	})
}

// RemoveWebhook ends a webhook for ever.
type RemoveWebhook struct {
	Webhook uuid.UUID `json:"-"`
}

func (RemoveWebhook) commandName() string { return "remove-webhook" }

func (c RemoveWebhook) execute(ctx context.Context, x *execution) error {
	return x.changeWebhook(ctx, c.Webhook, func(s webhook.State) ([]aggregates.Event, error) {
		return s.Remove(x.req.Principal.Actor.ID)
	})
}

func (x *execution) changeWebhook(ctx context.Context, id uuid.UUID, rule func(webhook.State) ([]aggregates.Event, error)) error {
	if err := x.authorise(); err != nil {
		return err
	}
	_, err := change(ctx, x, "webhook", webhook.Model, id, rule)
	return err
}

// WebhookTarget is where a webhook's messages go and the keys that sign them
// now, the newest first: of each generation the secret that the receiver has
// ("whsec_…") and an Ed25519 key that it has the public half of ("whsk_…"). Open
// is false while nothing is to be sent.
type WebhookTarget struct {
	URL  string
	Keys []string
	Full bool
	Open bool
}

// WebhookTarget reads a webhook from the log.
func (s *Service) WebhookTarget(ctx context.Context, id uuid.UUID) (WebhookTarget, error) {
	x := s.newExecution(Request{}, "send-webhook")
	l, err := load(ctx, x, webhook.Model, id)
	if err != nil {
		return WebhookTarget{}, err
	}
	t := WebhookTarget{URL: l.State.URL, Full: l.State.Full, Open: l.Exists && l.State.Paused == "" && !l.State.Removed}
	for _, generation := range l.State.Signing(x.now) {
		private, _ := webhookkeys.KeyTexts(s.Secrets.webhookKey(id, generation))
		t.Keys = append(t.Keys, s.Secrets.webhookSecret(id, generation), private)
	}
	return t, nil
}

// WebhookGone pauses a webhook whose address answered a message that it is gone.
func (s *Service) WebhookGone(ctx context.Context, id uuid.UUID, message string) error {
	_, err := s.Execute(ctx, Request{
		Principal: Principal{
			Actor: aggregates.Actor{ID: accesstoken.WebhooksActor, Role: "system", Channel: "webhook"},
			Roles: []accesstoken.Role{accesstoken.Admin},
		},
		Key: "gone/" + id.String() + "/" + message, Hash: message,
	}, &PauseWebhook{Webhook: id, Reason: webhook.Gone})
	return err
}

// WebhookSecret is what a receiver checks the messages of a webhook with from its
// revision on: the secret, or the public half of the Ed25519 key.
func (s *Service) WebhookSecret(ctx context.Context, id uuid.UUID, revision uint64) (secret, public string, err error) {
	var state webhook.State
	for r, err := range s.Store.ReadStream(ctx, webhook.Model.Stream(id), 0) {
		if err != nil {
			return "", "", err
		}
		if r.Revision > revision {
			break
		}
		e, err := s.Codec.Decode(r)
		if err != nil {
			return "", "", err
		}
		state = webhook.Model.Evolve(state, e.Event)
	}
	_, public = webhookkeys.KeyTexts(s.Secrets.webhookKey(id, state.Generation))
	return s.Secrets.webhookSecret(id, state.Generation), public, nil
}

// webhookSecret is the secret of a generation of a webhook, as receivers are
// given it (Standard Webhooks): 32 bytes, derived, so that it is stored nowhere.
func (s *Secrets) webhookSecret(id uuid.UUID, generation int) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(s.mac("webhook", id.String()+"/"+strconv.Itoa(generation)))
}

// webhookKey is the Ed25519 key of a generation, derived too, and independent of
// the secret: who has that cannot make it.
func (s *Secrets) webhookKey(id uuid.UUID, generation int) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(s.mac("webhook-ed25519", id.String()+"/"+strconv.Itoa(generation)))
}
