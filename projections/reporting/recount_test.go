package reporting_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/projections/projectionstest"
	"aftersales/projections/reporting"
)

// counted are the figures of a business, in minor units, seconds and pieces.
type counted struct {
	refunds, coupons, redeemed, returns, repairs, tasks, tickets, reopened int
	refunded, redeemedFor, paidIn, paidOut                                 int64
	open                                                                   time.Duration
	received, credited                                                     aggregates.Decimal
}

func (c counted) String() string {
	return fmt.Sprintf("%d %d %s %d %d %d %d %s %d %d %d %d %d %d %d", c.refunds, c.refunded, c.credited, c.coupons, c.redeemed, c.redeemedFor,
		c.returns, c.received, c.repairs, c.tasks, c.tickets, c.reopened, c.paidIn, c.paidOut, int64(c.open.Seconds()))
}

// recount knows single events, no states.
func recount(events []eventstore.Envelope) (c counted) {
	for _, e := range events {
		switch event := e.Event.(type) {
		case invoice.CreditNotePosted:
			c.refunds, c.refunded = c.refunds+1, c.refunded+event.Total
			for _, l := range event.Lines {
				c.credited += l.Quantity
			}
		case invoice.PaymentRegistered:
			if event.Origin == uuid.Nil {
				c.paidIn += event.Amount
			}
		case invoice.PaymentRefunded:
			c.paidOut += event.Amount
		case invoice.CreditNotePaidOut:
			c.paidOut += event.Amount
		case coupon.Generated:
			c.coupons++
		case coupon.Redeemed:
			c.redeemed, c.redeemedFor = c.redeemed+1, c.redeemedFor+event.Amount.Minor
		case picking.ReturnCreated:
			c.returns++
		case picking.ReturnReceived:
			for _, l := range event.Lines {
				c.received += l.Quantity
			}
		case repair.Created:
			c.repairs++
		case task.Created:
			c.tasks++
		case ticket.Opened:
			c.tickets, c.open = c.tickets+1, c.open-sinceEpoch(e)
		case ticket.Reopened:
			c.reopened, c.open = c.reopened+1, c.open-sinceEpoch(e)
		case ticket.Closed:
			c.open += sinceEpoch(e)
		}
	}
	return c
}

func sinceEpoch(e eventstore.Envelope) time.Duration { return e.Meta.RecordedAt.Sub(time.Unix(0, 0)) }

// All tickets of the stories end closed, one of them for the second time; money
// that went on to another invoice, or came too late, is not counted twice.
func TestTheViewsCountWhatTheEventsSay(t *testing.T) {
	env := eventstoretest.New(t)
	r := projectionstest.Start(t, env, nil, reporting.Projection)
	var facts []projectionstest.Fact
	for _, name := range []string{"one", "two", "three"} {
		s := projectionstest.NewStory(name)
		facts = append(facts, s.Facts...)
		if name != "two" {
			continue
		}
		again := func(category, thing string, e aggregates.Event) {
			facts = append(facts, projectionstest.Fact{Stream: aggregates.StreamOf(category, s.ID(thing).String()), Event: e})
		}
		again("ticket", "ticket", ticket.Reopened{})
		again("invoice", "invoice", invoice.PaymentRegistered{
			Payment: s.ID("moved"), Origin: s.ID("origin"), Amount: 77, PaidOn: projectionstest.Day, PaymentStateAfter: "partial",
		})
		again("invoice", "invoice", invoice.OpenPaymentDeclined{Payment: s.ID("late"), Origin: s.ID("origin"), PaidOn: projectionstest.Day})
		again("invoice", "invoice", invoice.PaymentRefunded{Payment: s.ID("moved"), Refund: s.ID("refunded"), Amount: 11, PaidOn: projectionstest.Day})
		again("invoice", "invoice", invoice.CreditNoteDrafted{CreditNote: s.ID("goodwill"), Currency: "EUR"})
		gift := invoice.Amounts{Untaxed: 30, Tax: 3, Total: 33}
		again("invoice", "invoice", invoice.CreditNotePosted{CreditNote: s.ID("goodwill"), Amounts: gift, Lines: []invoice.CreditLine{
			{ID: s.ID("gift"), Item: invoice.Item{Description: "Refund"}, Amounts: gift},
		}})
		again("ticket", "ticket", ticket.Closed{})
	}
	projectionstest.Wait(t, r, "reporting", projectionstest.Record(t, env, facts))
	got := texts(t, r.Pool(), `SELECT format('%s %s %s %s %s %s %s %s %s %s %s %s %s %s %s', n.count, n.total, l.quantity, c.count, c.used, c.amount, rt.count, rl.quantity, rp.count, k.count, t.count, t.reopened, p.amount, o.amount, t.open) FROM
		(SELECT count(*), (sum(total) * 100)::bigint FROM reporting.fact_refund WHERE state = 'posted') n (count, total),
		(SELECT trim_scale(sum(quantity)) FROM reporting.fact_refund_line WHERE state = 'posted'
			HAVING sum(total) = (SELECT sum(total) FROM reporting.fact_refund WHERE state = 'posted')) l (quantity),
		(SELECT count(*), count(redeemed_on), (sum(redeemed_amount) * 100)::bigint FROM reporting.fact_coupon) c (count, used, amount),
		(SELECT count(*) FROM reporting.fact_return) rt (count),
		(SELECT trim_scale(sum(received_quantity)) FROM reporting.fact_return_line) rl (quantity),
		(SELECT count(*) FROM reporting.fact_repair) rp (count),
		(SELECT count(*) FROM reporting.fact_task) k (count),
		(SELECT count(*), sum(times_reopened), trunc(sum(seconds_open))::bigint FROM reporting.fact_ticket) t (count, reopened, open),
		(SELECT (sum(amount) * 100)::bigint FROM reporting.fact_payment WHERE direction = 'in') p (amount),
		(SELECT coalesce((sum(amount) * 100)::bigint, 0) FROM reporting.fact_payment WHERE direction = 'out') o (amount)`)
	want := []string{recount(projectionstest.Envelopes(t, facts)).String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-events +views):\n%s", diff)
	}
}
