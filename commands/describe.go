package commands

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/books"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/currency"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/serial"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/webhook"
	"aftersales/aggregates/worksheet"
)

// lotState is that of a lot by its product's own stream.
func lotState(s product.State, id uuid.UUID) string {
	if s.Scrapped(id) {
		return string(serial.Scrapped)
	}
	return string(serial.Known)
}

// active is the state of documents that have no states.
const active = "active"

// activeUnless is the state of documents that can be archived.
func activeUnless(archived bool) string {
	if archived {
		return "archived"
	}
	return active
}

// describe reads the number and state of an answered document from its stream.
func describe(ctx context.Context, x *execution, ref aggregates.Ref) (Document, error) {
	id := ref.ID
	switch ref.Kind {
	case "team":
		return described(ctx, x, ref, team.Model, func(s team.State) (string, string) { return "", activeUnless(s.Archived) })
	case "customer":
		return described(ctx, x, ref, customer.Model, func(s customer.State) (string, string) { return "", activeUnless(s.Archived) })
	case "lock_date":
		return described(ctx, x, ref, books.Model, func(books.State) (string, string) { return "", active })
	case "currency":
		return described(ctx, x, ref, currency.Model, func(s currency.State) (string, string) { return s.Code, active })
	case "product":
		return described(ctx, x, ref, product.Model, func(s product.State) (string, string) { return "", activeUnless(s.Archived) })
	case "lot":
		return described(ctx, x, ref, product.Model, func(s product.State) (string, string) { return "", lotState(s, id) })
	case "journal":
		return described(ctx, x, ref, journal.Model, func(s journal.State) (string, string) { return s.Code, activeUnless(s.Archived) })
	case "location":
		return described(ctx, x, ref, location.Model, func(location.State) (string, string) { return "", active })
	case "project":
		return described(ctx, x, ref, project.Model, func(s project.State) (string, string) { return "", activeUnless(s.Archived) })
	case "worksheet_template":
		return described(ctx, x, ref, worksheet.Model, func(s worksheet.State) (string, string) { return "", activeUnless(s.Archived) })
	case "coupon_program":
		return described(ctx, x, ref, program.Model, func(s program.State) (string, string) { return "", s.Status() })
	case "order":
		return described(ctx, x, ref, order.Model, func(s order.State) (string, string) { return s.Number, string(s.Status) })
	case "invoice":
		return described(ctx, x, ref, invoice.Model, func(s invoice.State) (string, string) { return s.Number, string(s.Status) })
	case "payment":
		return described(ctx, x, ref, invoice.Model, func(s invoice.State) (string, string) { return "", paymentState(s, id) })
	case "credit_note":
		return described(ctx, x, ref, invoice.Model, func(s invoice.State) (string, string) {
			n, _ := s.CreditNote(id)
			return n.Number, string(n.Status)
		})
	case "delivery":
		return described(ctx, x, ref, picking.Model, func(s picking.State) (string, string) { return s.Number, string(s.Status) })
	case "return":
		return described(ctx, x, ref, picking.Model, func(s picking.State) (string, string) {
			r, _ := s.Return(id)
			return r.Number, string(r.Status)
		})
	case "ticket":
		return described(ctx, x, ref, ticket.Model, func(s ticket.State) (string, string) { return s.Number, s.Status() })
	case "coupon":
		return described(ctx, x, ref, coupon.Model, func(s coupon.State) (string, string) { return s.Number, string(s.StatusOn(x.now, x.today())) })
	case "repair":
		return described(ctx, x, ref, repair.Model, func(s repair.State) (string, string) { return s.Number, string(s.Status) })
	case "task":
		return described(ctx, x, ref, task.Model, func(s task.State) (string, string) { return s.Number, string(s.Status) })
	case "webhook":
		return described(ctx, x, ref, webhook.Model, func(s webhook.State) (string, string) { return "", s.Status() })
	case "access_token", "portal_link":
		return described(ctx, x, ref, accesstoken.Model, func(s accesstoken.State) (string, string) { return "", s.Status() })
	}
	return Document{}, fmt.Errorf("document kind %q is not known", ref.Kind)
}

// paymentState is that of money from the customer; money back to them is allocated.
func paymentState(s invoice.State, id uuid.UUID) string {
	p, _ := s.Payment(id)
	return p.Status()
}

func described[S any](ctx context.Context, x *execution, ref aggregates.Ref, m aggregates.Model[S], of func(S) (number, state string)) (Document, error) {
	l, err := loadStream(ctx, x, m, ref.Stream, uuid.Nil)
	if err != nil {
		return Document{}, err
	}
	number, state := of(l.State)
	d := Document{Kind: ref.Kind, ID: ref.ID, State: state, Stream: ref.Stream, Revision: l.Revision}
	if number != "" {
		d.Number = &number
	}
	return d, nil
}
