package coupon

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Unmailed are those of the recipients whose mail, asked for by the event
// request, was neither sent nor failed yet.
func (s State) Unmailed(request uuid.UUID, recipients []string) []string {
	var open []string
	for _, r := range recipients {
		if !slices.Contains(s.Mailed[request], r) {
			open = append(open, r)
		}
	}
	return open
}

// mailedTo is Mailed with more recipients of a request.
func (s State) mailedTo(request uuid.UUID, recipients ...string) map[uuid.UUID][]string {
	mailed := maps.Clone(s.Mailed)
	if mailed == nil {
		mailed = map[uuid.UUID][]string{}
	}
	mailed[request] = append(slices.Clone(mailed[request]), recipients...)
	return mailed
}

// NoteEmailSent records that the mail to the recipient went out, once.
func (s State) NoteEmailSent(request uuid.UUID, recipient, messageID string) ([]aggregates.Event, error) {
	open := s.Unmailed(request, []string{recipient})
	if s.ID == uuid.Nil || len(open) == 0 {
		return nil, nil
	}
	return []aggregates.Event{EmailSent{Request: request, Recipients: open, MessageID: messageID}}, nil
}

// NoteEmailFailed records that the mail to the recipient will not go out, once.
func (s State) NoteEmailFailed(request uuid.UUID, recipient, cause string) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || len(s.Unmailed(request, []string{recipient})) == 0 {
		return nil, nil
	}
	return []aggregates.Event{EmailFailed{Request: request, Recipient: recipient, Cause: cause}}, nil
}

// Mailable refuses a coupon that is not worth a mail any more, since it cannot
// be used: the refusals of RequestEmail.
func (s State) Mailable(today aggregates.Date) error { return s.usable(today) }

// OpenLink is the page of the shop that the coupon's link leads to. Whatever
// keeps the coupon from being used, and that no link was shared, is the one
// refusal coupon_invalid: a guess learns nothing (C-19).
func (s State) OpenLink(now time.Time, today aggregates.Date) (redirect string, err error) {
	status := s.StatusOn(now, today)
	if s.ID == uuid.Nil || s.Link == nil || status != StatusActive && status != StatusReserved {
		return "", aggregates.Refuse("coupon_invalid")
	}
	return s.Link.Redirect, nil
}
