package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"aftersales/commands"
	"aftersales/commands/mail"
	"aftersales/eventstore"
)

// MailsName is the mail consumer's own, under which its place in the log is kept.
const MailsName = "mails"

// temporarily is how long after a mail was asked for the server may put its
// recipient off; meanwhile the mails asked for later wait.
const temporarily = 15 * time.Minute

// RunMails sends the mails that events ask for, until the context ends. It
// reads the log for itself, so a slow mail server holds up nothing else. What
// was sent is recorded after it was sent: a crash in between sends a mail a
// second time, with the same Message-ID. While the server cannot be reached
// all mails wait; what it rejects is recorded as failed.
func RunMails(ctx context.Context, cfg Config, sender mail.Sender) error {
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NewSlogLogger(cfg.Logger))
	if err != nil {
		return fmt.Errorf("mails: %w", err)
	}
	subscriber := eventstore.NewSubscriber(cfg.Store, eventstore.SubscriberConfig{
		Checkpoint: cfg.Cursor.Load, Limit: sliceLimit, Logger: watermill.NewSlogLogger(cfg.Logger),
	})
	defer subscriber.Close()
	m := mailer{Config: cfg, sender: sender}
	router.AddConsumerHandler(MailsName, MailsName, subscriber, m.handle)
	return router.Run(ctx)
}

type mailer struct {
	Config
	sender mail.Sender
}

// handle sends the mails of a slice. Those that wait do not hold up the others
// of the slice.
func (m mailer) handle(msg *message.Message) error {
	slice, ok := eventstore.SliceOf(msg)
	if !ok {
		return fmt.Errorf("mails: message %s is no slice of the log", msg.UUID)
	}
	var waiting error
	for _, recorded := range slice.Events {
		e, err := m.Codec.Decode(recorded)
		if err != nil {
			return fmt.Errorf("mails at %s: %w", recorded.Position, err)
		}
		if err := m.deliver(msg.Context(), e); errors.As(err, new(*mail.Rejected)) {
			waiting = err
		} else if err != nil {
			return err
		}
	}
	if waiting != nil {
		return waiting
	}
	return m.Cursor.Save(msg.Context(), MailsName, slice.To)
}

// deliver sends the mail that an event asks for to each of its recipients that
// did not get it. A *mail.Rejected error says that one of them has to wait.
func (m mailer) deliver(ctx context.Context, e eventstore.Envelope) error {
	asked, ok, err := m.Commands.RequestedMail(ctx, e)
	if err != nil || !ok {
		return err
	}
	var waiting error
	for _, recipient := range asked.Open {
		err := m.send(ctx, e, asked, recipient)
		if errors.As(err, new(*mail.Rejected)) {
			waiting = err
		} else if err != nil {
			return err
		}
	}
	return waiting
}

func (m mailer) send(ctx context.Context, e eventstore.Envelope, asked commands.RequestedMail, recipient string) error {
	if asked.Unsendable != "" {
		return m.Commands.NoteMailFailed(ctx, e, recipient, asked.Unsendable)
	}
	letter := mail.Message{
		ID: asked.Request, Part: slices.Index(asked.Recipients, recipient) + 1, To: recipient,
		Language: string(asked.LanguageFor(recipient)), Date: asked.Asked,
	}
	if err := asked.Letter.Write(&letter); err != nil {
		return err
	}
	messageID, err := m.sender.Send(ctx, letter)
	rejected, isRejected := errors.AsType[*mail.Rejected](err)
	switch {
	case isRejected && rejected.Temporary && m.Commands.Now().Before(asked.Asked.Add(temporarily)):
		return rejected
	case isRejected:
		return m.Commands.NoteMailFailed(ctx, e, recipient, rejected.Cause)
	case err != nil:
		m.Logger.WarnContext(ctx, "mails wait", slog.String("event", e.ID.String()), slog.Any("error", err))
		return err
	}
	return m.Commands.NoteMailSent(ctx, e, recipient, messageID)
}
