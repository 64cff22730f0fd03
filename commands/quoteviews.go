package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/order"
	"aftersales/aggregates/repair"
)

// viewQuotation notes that the bearer of a portal link looked at a quotation, on
// a day of the company's.
type viewQuotation struct {
	link   PortalLink
	ticket uuid.UUID
	on     aggregates.Date
}

func (viewQuotation) commandName() string { return "view-quotation" }

func (c viewQuotation) execute(ctx context.Context, x *execution) error {
	if c.ticket != uuid.Nil {
		x.ticket = &c.ticket
	}
	_, err := decide(ctx, x, accesstoken.Model, c.link.ID, func(s accesstoken.State) ([]aggregates.Event, error) {
		return s.ViewQuotation(c.on)
	})
	return err
}

// NoteQuotationViewed notes that a customer looked at the quotation that a portal
// link shows, once a day and link (domain.md 4); there is nothing to note of
// other documents, nor of a quotation that waits for no answer. Its idempotency
// key is no visible text, so that no client's is the same.
func (s *Service) NoteQuotationViewed(ctx context.Context, link PortalLink, requestID string) error {
	x := s.newExecution(Request{}, "")
	waits, err := x.quotationWaits(ctx, link)
	if err != nil || !waits {
		return err
	}
	l, err := load(ctx, x, accesstoken.Model, link.ID)
	if err != nil || l.State.Viewed == x.today() {
		return err
	}
	req := Request{Principal: link.Principal(), Key: "viewed " + string(x.today()), RequestID: requestID}
	_, err = s.Execute(ctx, req, viewQuotation{link, l.State.Ticket, x.today()})
	if refusedWith(err, "idempotency_in_flight") {
		return nil // noted by another request just now
	}
	return err
}

// quotationWaits says whether a link shows a quotation that was sent and not
// answered yet.
func (x *execution) quotationWaits(ctx context.Context, link PortalLink) (bool, error) {
	switch link.Kind {
	case "repair":
		l, err := load(ctx, x, repair.Model, link.Document)
		return l.State.Quote.Status == repair.QuoteStatusSent, err
	case "order":
		l, err := load(ctx, x, order.Model, link.Document)
		return l.State.Status == order.StatusSent, err
	}
	return false, nil
}
