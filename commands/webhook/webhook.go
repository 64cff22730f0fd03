// Package webhook sends messages about events to addresses outside, signed as
// the Standard Webhooks specification says, and only to addresses that are
// public.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"code.dny.dev/ssrf"
	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Message is what happened. Its id is the event's, the same over all attempts.
type Message struct {
	ID         uuid.UUID
	Type       string
	RecordedAt time.Time
	Data       any // of the body, beside type and timestamp
}

// Sender sends messages.
type Sender struct{ client *http.Client }

// timeLimit bounds an attempt.
const timeLimit = 15 * time.Second

// longestAnswer is how much of an answer is read, in bytes; it only lets the
// connection be used again.
const longestAnswer = 64 << 10

// NewSender makes a sender that connects to public addresses only, judged when
// it connects, whatever a name resolved to before; everywhere if insecure. It
// follows no redirection and knows no proxy.
func NewSender(insecure bool) *Sender { return newSender(insecure, nil) }

// newSender asks that resolver for names; nil: the system's.
func newSender(insecure bool, resolver *net.Resolver) *Sender {
	dialer := &net.Dialer{Timeout: timeLimit, Resolver: resolver}
	if !insecure {
		dialer.Control = ssrf.New(ssrf.WithAnyPort()).Safe
	}
	return &Sender{client: &http.Client{
		Timeout:   timeLimit,
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: timeLimit, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
}

// Send posts the message, signed with each key ("whsec_…" or "whsk_…"), at the
// time now. Status is
// the answer's, 0 without one; the error says why the message was not taken:
// only a status from 200 to 299 takes it.
func (s *Sender) Send(ctx context.Context, url string, keys []string, m Message, now time.Time) (status int, err error) {
	body, err := json.Marshal(map[string]any{"type": m.Type, "timestamp": m.RecordedAt.UTC().Format(time.RFC3339Nano), "data": m.Data})
	if err != nil {
		return 0, err
	}
	signature, err := sign(keys, m.ID.String(), now, body)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("the address is not valid")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "aftersales")
	r.Header.Set(standardwebhooks.HeaderWebhookID, m.ID.String())
	r.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	r.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, plain(err)
	}
	defer func() { _ = answer.Body.Close() }()                             // it is not needed any more
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, longestAnswer)) // what it says does not matter
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return answer.StatusCode, fmt.Errorf("answered %d", answer.StatusCode)
	}
	return answer.StatusCode, nil
}

// plain is the error without the address, which may hold a secret of the
// receiver, and without what the guard says of the network inside.
func plain(err error) error {
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrInvalidHostPort):
		return errors.New("the address is not public")
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer in time")
	}
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) {
		return errors.New("the name is not known")
	}
	return errors.New("no connection")
}
