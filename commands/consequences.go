package commands

import (
	"context"
	"errors"
	"log/slog"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/sequence"
	"aftersales/aggregates/task"
	"aftersales/aggregates/technician"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
)

// consequence appends to another stream what follows from an event. It is
// asked at least once and changes nothing when it was done before.
type consequence func(ctx context.Context, x *execution) error

// consequencesOf is the whole table of what follows from what.
func consequencesOf(e eventstore.Envelope) []consequence {
	switch event := e.Event.(type) {
	case ticket.Opened:
		return []consequence{numberTicket(event.Ticket)}
	case invoice.Drafted:
		return linkInvoice(event.Order, event.Invoice)
	case invoice.Posted:
		return []consequence{leaveLocked(e, documentOf(e)), numberInvoice(documentOf(e)), keepNumber(event.Number, e.Stream)}
	case invoice.PaymentRegistered:
		return place("payment", event.Payment.String(), e.Stream)
	case invoice.CreditNotePaidOut:
		return place("payment", event.Payment.String(), e.Stream)
	case invoice.OpenPaymentDeclined:
		return place("payment", event.Payment.String(), e.Stream)
	case invoice.PaymentRefunded:
		return place("payment", event.Refund.String(), e.Stream)
	case invoice.CreditAllocated:
		return []consequence{allocateCredit(documentOf(e), event)}
	case invoice.CreditReleased:
		return []consequence{returnCredit(event)}
	case invoice.OpenPaymentReserved:
		return []consequence{allocate(documentOf(e), event)}
	case invoice.CreditNoteDrafted:
		return append(append(place("credit_note", event.CreditNote.String(), e.Stream), link(event.Ticket, "credit_note", event.CreditNote, e.Stream)...),
			useHolds(event)...)
	case invoice.CreditNotePosted:
		return append(copyInvoice(documentOf(e), event.ReplacementInvoice),
			leaveLocked(e, event.CreditNote), numberCreditNote(documentOf(e), event.CreditNote))
	case product.LotRegistered:
		return place("lot", event.Lot.String(), e.Stream)
	case picking.DeliveryPlanned:
		return append(linkDelivery(event.Order, event.Delivery), numberDelivery(event.Delivery))
	case picking.DeliveryValidated:
		if event.Backorder != nil {
			return []consequence{planDelivery(*event.Backorder)}
		}
		if len(event.Stayed) > 0 {
			return []consequence{keepStayed(documentOf(e), event.Stayed)}
		}
	case picking.DeliveryCancelled:
		return []consequence{cancelRedelivery(documentOf(e))}
	case picking.ReturnRedelivered:
		return []consequence{planDelivery(event.Delivery)}
	case picking.ReturnCreated:
		return append(append(place("return", event.Return.String(), e.Stream), link(event.Ticket, "return", event.Return, e.Stream)...),
			numberReturn(event.Delivery, event.Return))
	case program.CouponAllotted:
		return []consequence{generateCoupon(event)}
	case coupon.Generated:
		return append(append(place("coupon_code", event.CodeHash, e.Stream), link(event.Ticket, "coupon", event.Coupon, e.Stream)...),
			numberCoupon(event.Coupon), deliverCoupon(event))
	case coupon.LinkShared:
		return place("coupon_link", event.LinkHash, e.Stream)
	case repair.Created:
		return append(link(event.Ticket, "repair", event.Repair, e.Stream), numberRepair(event.Repair))
	case task.Created:
		return append(link(event.Ticket, "task", event.Task, e.Stream), numberTask(event.Task))
	case technician.TimerTaken:
		return []consequence{beginWork(event)}
	case task.Paused:
		return releaseTimer(documentOf(e), event.Timer)
	case task.Completed:
		return releaseTimer(documentOf(e), event.Timer)
	case task.Cancelled:
		return releaseTimer(documentOf(e), event.Timer)
	case accesstoken.Issued:
		return notePortalUser(event)
	case order.Registered:
		return []consequence{linkAwaiting(event.Order)}
	case order.Confirmed:
		return []consequence{deliverOrder(documentOf(e), event.Delivery), withdrawDelivery(documentOf(e), event.Delivery), settleCoupons(documentOf(e))}
	case order.PaymentReported:
		return []consequence{settleCoupons(documentOf(e))}
	case order.Cancelled:
		return []consequence{cancelDeliveries(documentOf(e)), settleCoupons(documentOf(e))}
	case order.QuotationDeclined:
		return []consequence{settleCoupons(documentOf(e))}
	case coupon.Reserved:
		return linkCoupon(event.Order, documentOf(e))
	case coupon.Redeemed:
		return linkCoupon(event.Order, documentOf(e))
	}
	return nil
}

// documentOf is the id of the aggregate whose stream an event is in.
func documentOf(e eventstore.Envelope) uuid.UUID {
	_, key := aggregates.SplitStream(e.Stream)
	id, _ := uuid.Parse(key) // our own stream names
	return id
}

// follow derives what follows from everything appended so far, and from that
// in turn. A refusal cannot be helped by trying again: it is logged as an error
// and the rest goes on; contended can, and is returned.
func (x *execution) follow(ctx context.Context) error {
	pending := x.appended
	for len(pending) > 0 {
		e := pending[0]
		pending = pending[1:]
		then, err := x.react(ctx, e)
		if refused := (*aggregates.Refusal)(nil); errors.As(err, &refused) && refused.Code != "contended" {
			x.s.Logger.ErrorContext(ctx, "consequence refused", slog.String("event", e.ID.String()),
				slog.String("stream", e.Stream), slog.String("type", e.Type), slog.String("refusal", refused.Error()))
			continue
		}
		if err != nil {
			return err
		}
		pending = append(pending, then...)
	}
	return nil
}

// react derives what follows from one event and answers the events of that.
// Event ids derive from the causing event and the place in the table, so it
// does not matter who reacts, or what was done before.
func (x *execution) react(ctx context.Context, e eventstore.Envelope) ([]eventstore.Envelope, error) {
	child := *x
	child.causation, child.match, child.appended = e.ID, "", nil
	child.ticket, child.madeFor = e.Meta.Ticket, e.Meta.TicketCustomer
	for i, c := range consequencesOf(e) {
		child.seed, child.steps = aggregates.DeriveID("consequence", e.ID.String(), strconv.Itoa(i)), map[string]int{}
		if err := c(ctx, &child); err != nil {
			return nil, err
		}
	}
	x.position = max(x.position, child.position)
	return child.appended, nil
}

// place notes where a document lives that has no stream of its own.
func place(kind, key, home string) []consequence {
	return []consequence{func(ctx context.Context, x *execution) error {
		_, err := decideStream(ctx, x, directory.Model, directory.Stream(kind, key), func(s directory.State) ([]aggregates.Event, error) {
			return s.Place(directory.Placed{Kind: kind, ID: key, HomeStream: home})
		})
		return err
	}}
}

// link notes on the ticket that a document was made from it, for the customer
// whom the command saw there.
func link(from uuid.UUID, kind string, id uuid.UUID, stream string) []consequence {
	if from == uuid.Nil {
		return nil
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		seen, err := fact(ctx, x, "customer", "customer", customer.Model, x.madeFor)
		if err != nil {
			return err
		}
		_, err = decide(ctx, x, ticket.Model, from, func(s ticket.State) ([]aggregates.Event, error) {
			return s.LinkDocument(ticket.Document{Kind: kind, ID: id, Stream: stream}, seen.ID, seen.Entity)
		})
		return err
	}}
}

func linkInvoice(billed, by uuid.UUID) []consequence {
	if billed == uuid.Nil {
		return nil
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		_, err := decide(ctx, x, order.Model, billed, func(s order.State) ([]aggregates.Event, error) { return s.LinkInvoice(by) })
		return err
	}}
}

// copyInvoice drafts the invoice that replaces a reversed one.
func copyInvoice(original, replacement uuid.UUID) []consequence {
	if replacement == uuid.Nil {
		return nil
	}
	return []consequence{func(ctx context.Context, x *execution) error {
		source, err := load(ctx, x, invoice.Model, original)
		if err != nil {
			return err
		}
		_, err = decide(ctx, x, invoice.Model, replacement, func(s invoice.State) ([]aggregates.Event, error) {
			if s.CopiedFrom == original {
				return nil, nil
			}
			return s.Draft(source.State.CopyFor(replacement))
		})
		return err
	}}
}

// generateCoupon begins the coupon that its program allotted.
func generateCoupon(a program.CouponAllotted) consequence {
	return func(ctx context.Context, x *execution) error {
		_, err := decide(ctx, x, coupon.Model, a.Coupon, func(s coupon.State) ([]aggregates.Event, error) {
			return s.Generate(coupon.Generated(a))
		})
		return err
	}
}

// deliverCoupon asks for the mail or the link that the agent chose (C-13, C-17).
func deliverCoupon(g coupon.Generated) consequence {
	return func(ctx context.Context, x *execution) error {
		if g.Deliver != deliverEmail && g.Deliver != deliverLink {
			return nil
		}
		_, err := decide(ctx, x, coupon.Model, g.Coupon, func(s coupon.State) ([]aggregates.Event, error) {
			if g.Deliver == deliverLink {
				return s.ShareLink("", x.today())
			}
			return s.RequestEmail(g.Recipients, g.Message, x.today())
		})
		return err
	}
}

// number allots a number to a document that has none and notes it on the
// document. Series is asked only when a number is needed.
func number[S any](m aggregates.Model[S], home uuid.UUID, kind string, document uuid.UUID,
	has func(S) bool, series func(S) sequence.Series, rule func(S, string) ([]aggregates.Event, error),
) consequence {
	return func(ctx context.Context, x *execution) error {
		l, err := load(ctx, x, m, home)
		if err != nil || has(l.State) {
			return err
		}
		text, err := x.s.numbers.allot(ctx, x, series(l.State), kind, document, l.Stream)
		if err != nil {
			return err
		}
		_, err = decide(ctx, x, m, home, func(s S) ([]aggregates.Event, error) { return rule(s, text) })
		return err
	}
}

func numberTicket(id uuid.UUID) consequence {
	return number(ticket.Model, id, "ticket", id,
		func(s ticket.State) bool { return s.Number != "" },
		func(ticket.State) sequence.Series { return sequence.TicketSeries() },
		ticket.State.SetNumber)
}

func numberInvoice(id uuid.UUID) consequence {
	return number(invoice.Model, id, "invoice", id,
		func(s invoice.State) bool { return s.Number != "" },
		func(s invoice.State) sequence.Series {
			return sequence.InvoiceSeries(s.Journal.Code, s.AccountingDate.Year())
		},
		invoice.State.SetNumber)
}

func numberCreditNote(home, id uuid.UUID) consequence {
	note := func(s invoice.State) invoice.CreditNote { n, _ := s.CreditNote(id); return n }
	return number(invoice.Model, home, "credit_note", id,
		func(s invoice.State) bool { return note(s).Number != "" },
		func(s invoice.State) sequence.Series {
			return sequence.CreditNoteSeries(note(s).Journal.Code, note(s).AccountingDate.Year())
		},
		func(s invoice.State, text string) ([]aggregates.Event, error) { return s.SetCreditNoteNumber(id, text) })
}

func numberDelivery(id uuid.UUID) consequence {
	return number(picking.Model, id, "delivery", id,
		func(s picking.State) bool { return s.Number != "" },
		func(picking.State) sequence.Series { return sequence.DeliverySeries() },
		picking.State.SetNumber)
}

func numberReturn(home, id uuid.UUID) consequence {
	return number(picking.Model, home, "return", id,
		func(s picking.State) bool { r, _ := s.Return(id); return r.Number != "" },
		func(picking.State) sequence.Series { return sequence.ReturnSeries() },
		func(s picking.State, text string) ([]aggregates.Event, error) { return s.SetReturnNumber(id, text) })
}

func numberCoupon(id uuid.UUID) consequence {
	return number(coupon.Model, id, "coupon", id,
		func(s coupon.State) bool { return s.Number != "" },
		func(coupon.State) sequence.Series { return sequence.CouponSeries() },
		coupon.State.SetNumber)
}

func numberRepair(id uuid.UUID) consequence {
	return number(repair.Model, id, "repair", id,
		func(s repair.State) bool { return s.Number != "" },
		func(repair.State) sequence.Series { return sequence.RepairSeries() },
		repair.State.SetNumber)
}

func numberTask(id uuid.UUID) consequence {
	return number(task.Model, id, "task", id,
		func(s task.State) bool { return s.Number != "" },
		func(task.State) sequence.Series { return sequence.TaskSeries() },
		task.State.SetNumber)
}
