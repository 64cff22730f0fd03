package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"aftersales/aggregates"
	registered "aftersales/aggregates/webhook"
	"aftersales/commands/webhook"
	"aftersales/eventstore"
)

// WebhooksName is the webhooks' own, under which their place in the log is kept.
const WebhooksName = "webhooks"

// Of the messages to webhooks.
const (
	webhookLease    = 2 * time.Minute // more than an attempt takes
	webhooksAtOnce  = 16
	webhooksPage    = 64
	webhooksRefresh = 5 * time.Second // how long to wait for the read models
)

// Queue keeps what webhooks are to be told, and what came of it.
type Queue interface {
	Follow(ctx context.Context, webhook uuid.UUID, after eventstore.Position) error
	Replay(ctx context.Context, webhook uuid.UUID, after eventstore.Position) error
	Fill(ctx context.Context, reached eventstore.Position, now time.Time) error
	Take(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]registered.Delivery, error)
	Settle(ctx context.Context, d registered.Delivery, o registered.Outcome) error
}

// RunWebhooks tells webhooks what happens until the context ends: each message
// at least once, with the same id over all attempts. A slow or dead receiver
// holds up no other. What is due for another attempt is looked for at every
// tick. Any number of processes may run it.
func RunWebhooks(ctx context.Context, cfg Config, queue Queue, sender *webhook.Sender, tick <-chan time.Time) error {
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NewSlogLogger(cfg.Logger))
	if err != nil {
		return fmt.Errorf("webhooks: %w", err)
	}
	subscriber := eventstore.NewSubscriber(cfg.Store, eventstore.SubscriberConfig{
		Checkpoint: cfg.Cursor.Load, Limit: sliceLimit, Logger: watermill.NewSlogLogger(cfg.Logger),
	})
	defer subscriber.Close()
	t := &teller{Config: cfg, queue: queue, sender: sender, news: make(chan eventstore.Position, 1)}
	router.AddConsumerHandler(WebhooksName, WebhooksName, subscriber, t.handle)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return router.Run(ctx) })
	group.Go(func() error { return t.run(ctx, tick) })
	return group.Wait()
}

type teller struct {
	Config
	queue  Queue
	sender *webhook.Sender
	news   chan eventstore.Position // the log reached it; only the last counts
}

// handle begins and replays queues as the log says, and passes on that there
// is news.
func (t *teller) handle(msg *message.Message) error {
	slice, ok := eventstore.SliceOf(msg)
	if !ok {
		return fmt.Errorf("webhooks: message %s is no slice of the log", msg.UUID)
	}
	for _, recorded := range slice.Events {
		e, err := t.Codec.Decode(recorded)
		if err != nil {
			return fmt.Errorf("webhooks at %s: %w", recorded.Position, err)
		}
		if err := t.react(msg.Context(), e); err != nil {
			return err
		}
	}
	select {
	case <-t.news:
	default:
	}
	t.news <- slice.To
	return t.Cursor.Save(msg.Context(), WebhooksName, slice.To)
}

func (t *teller) react(ctx context.Context, e eventstore.Envelope) error {
	switch event := e.Event.(type) {
	case registered.Registered:
		return t.queue.Follow(ctx, event.Webhook, e.Position)
	case registered.ReplayRequested:
		after, err := eventstore.ParsePosition(event.After)
		if err != nil {
			return err
		}
		_, key := aggregates.SplitStream(e.Stream)
		id, err := uuid.Parse(key)
		if err != nil {
			return err
		}
		return t.queue.Replay(ctx, id, after)
	}
	return nil
}

// run fills the queues and empties them, at every news and every tick.
func (t *teller) run(ctx context.Context, tick <-chan time.Time) error {
	var reached eventstore.Position
	for {
		select {
		case reached = <-t.news:
		case <-tick:
		case <-ctx.Done():
			return nil
		}
		if err := t.work(ctx, reached); err != nil && ctx.Err() == nil {
			t.Logger.WarnContext(ctx, "webhooks wait", slog.Any("error", err))
		}
	}
}

func (t *teller) work(ctx context.Context, reached eventstore.Position) error {
	filling, cancel := context.WithTimeout(ctx, webhooksRefresh)
	defer cancel()
	if err := t.queue.Fill(filling, reached, t.Commands.Now()); err != nil {
		return err
	}
	for {
		taken, err := t.queue.Take(ctx, t.Commands.Now(), webhookLease, webhooksPage)
		if err != nil || len(taken) == 0 {
			return err
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(webhooksAtOnce)
		for _, d := range taken {
			group.Go(func() error { return t.tell(ctx, d) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
}

// tell makes one attempt and records what came of it.
func (t *teller) tell(ctx context.Context, d registered.Delivery) error {
	target, err := t.Commands.WebhookTarget(ctx, d.Webhook)
	if err != nil || !target.Open {
		return err // the loan ends by itself
	}
	o := registered.Outcome{At: t.Commands.Now()}
	m := webhook.Message{ID: d.Event, Type: d.Type, RecordedAt: d.RecordedAt, Data: d.Payload(target.Full)}
	status, err := t.sender.Send(ctx, target.URL, target.Keys, m, o.At)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if o.Status = status; err != nil {
		o.Error, o.Again = err.Error(), d.Again(o.At)
	}
	if status == http.StatusGone {
		o.Again = time.Time{}
		err = t.Commands.WebhookGone(ctx, d.Webhook, d.Event.String())
	} else {
		err = nil
	}
	return errors.Join(err, t.queue.Settle(ctx, d, o))
}
