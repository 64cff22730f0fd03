package invoice

import (
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// CreditNoteRequest is the wish to credit the invoice. Without lines it is for
// all that is left.
type CreditNoteRequest struct {
	ID           uuid.UUID
	Ticket       uuid.UUID       // optional
	Journal      Journal         // of the type of the invoice's journal
	ReversalDate aggregates.Date // a draft may have a future one
	AutoPostOn   aggregates.Date // the day on which the draft is posted by itself, "" for never
	Reference    string          // the stored sentence, see CreditNoteDrafted
	Reason       string          // printed on the credit note; up to check.MaxReason characters
	Lines        []CreditLineRequest
	Cap          Cap
}

// CreditLineRequest names a line of the draft by its ID, or one of the invoice.
// Without a price it keeps that of the draft's line, else the invoice's; without
// Reinvoice the draft's, else false. With an Amount, in whole units of the currency and with its taxes in it, it is goodwill
// out of the lines that have exactly the Taxes; those may be nil where all lines
// have the same. Each line, and each set of taxes, can be asked for once.
type CreditLineRequest struct {
	ID          uuid.UUID
	InvoiceLine uuid.UUID
	Quantity    aggregates.Decimal
	Counted     bool // a quantity was given, if only of nothing: not with an Amount
	UnitPrice   *aggregates.Decimal
	Amount      *aggregates.Decimal
	Taxes       []Tax
	Description string // of goodwill
	Reinvoice   *bool  // whether the order line is to be invoiced again; not with an Amount
}

// DraftCreditNote begins a credit note that has no effect yet (Reverse, R-19). A
// line above what is creditable now is refused with credit_exceeds_invoice, any
// line with contended while the invoice is held.
func (s State) DraftCreditNote(r CreditNoteRequest) ([]aggregates.Event, error) {
	drafted, err := s.draftCreditNote(r, Reverse)
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{drafted}, nil
}

// draftCreditNote checks in the order of domain.md 3.1: the fields, the
// invoice and that it is free, the journal's type, that something is left, the lines.
func (s State) draftCreditNote(r CreditNoteRequest, mode Mode) (CreditNoteDrafted, error) {
	if err := r.check(); err != nil {
		return CreditNoteDrafted{}, err
	}
	if err := s.mustBe(StatusPosted, "invoice_not_posted"); err != nil {
		return CreditNoteDrafted{}, err
	}
	if _, exists := s.CreditNote(r.ID); exists {
		return CreditNoteDrafted{}, aggregates.Refuse("already_exists")
	}
	if err := s.free(); err != nil {
		return CreditNoteDrafted{}, err
	}
	if r.Journal.Type != s.Journal.Type {
		return CreditNoteDrafted{}, aggregates.Refuse("journal_type_mismatch").On("journal")
	}
	if err := s.CheckCreditable(r.Cap, len(r.Lines) > 0); err != nil {
		return CreditNoteDrafted{}, err
	}
	lines := s.left(r.ID, mode == ReverseAndCreateInvoice)
	if len(r.Lines) > 0 {
		var err error
		if lines, err = s.chosen(r.ID, r.Lines, nil); err != nil {
			return CreditNoteDrafted{}, err
		}
	}
	sum, err := s.credit(lines, r.Cap)
	if err != nil {
		return CreditNoteDrafted{}, err
	}
	return CreditNoteDrafted{
		CreditNote: r.ID, Ticket: r.Ticket, Customer: s.Customer, Entity: s.Entity, Journal: r.Journal,
		Currency: s.Currency, ReversalDate: r.ReversalDate, AutoPostOn: r.AutoPostOn, Reason: r.Reason, Reference: r.Reference, Mode: mode,
		Lines: sum.lines, Amounts: sum.Amounts,
	}, nil
}

// EditCreditNote replaces the lines of a draft: a quantity up to
// what is creditable now, within the limit, a price up to the invoice's. It
// refuses with credit_note_not_draft, credit_exceeds_invoice, or the faults of
// the lines. What somebody made of it who may not post is not posted by itself.
func (s State) EditCreditNote(creditNote uuid.UUID, requests []CreditLineRequest, limit Cap, mayPost bool) ([]aggregates.Event, error) {
	n, err := s.find(creditNote)
	if err != nil {
		return nil, err
	}
	if n.Status != StatusDraft {
		return nil, aggregates.Refuse("credit_note_not_draft")
	}
	if len(requests) == 0 {
		return nil, aggregates.Refuse("required").On("lines")
	}
	lines, err := s.chosen(n.ID, requests, n.Lines)
	if err != nil {
		return nil, err
	}
	sum, err := s.credit(lines, limit)
	if err != nil {
		return nil, err
	}
	if reflect.DeepEqual(sum.lines, n.Lines) {
		return nil, nil
	}
	if !mayPost {
		n.AutoPostOn = ""
	}
	return []aggregates.Event{CreditNoteLinesChanged{
		CreditNote: n.ID, Lines: sum.lines, Amounts: sum.Amounts, AutoPostOn: n.AutoPostOn,
	}}, nil
}

// chosen are the requested credit lines, without amounts but for goodwill's
// total. Draft are the lines that the credit note has.
func (s State) chosen(creditNote uuid.UUID, requests []CreditLineRequest, draft []CreditLine) ([]CreditLine, error) {
	byLine, byID := map[uuid.UUID]CreditLine{}, map[uuid.UUID]CreditLine{}
	for _, l := range s.Lines {
		byLine[l.ID] = CreditLine{InvoiceLine: l.ID, Item: l.Item}
	}
	for _, c := range draft {
		if byID[c.ID] = c; !c.goodwill() {
			byLine[c.InvoiceLine] = c
		}
	}
	lines := make([]CreditLine, len(requests))
	seen := map[uuid.UUID]bool{}
	var fields check.Fields
	for i, r := range requests {
		at := fmt.Sprintf("lines[%d].", i)
		line, known := byID[r.ID]
		fields.Refuse(r.ID != uuid.Nil && !known, at+"id", "line_not_in_credit_note")
		names := at + "invoice_line"
		if r.Amount != nil {
			line, known, names = s.goodwillLine(r, line, at, &fields), true, at+"taxes"
		} else {
			if r.ID == uuid.Nil {
				line, known = byLine[r.InvoiceLine]
				fields.Refuse(!known, at+"invoice_line", "line_not_in_invoice")
			}
			line.Quantity = r.Quantity
			if r.UnitPrice != nil {
				line.UnitPrice = *r.UnitPrice
			}
			if r.Reinvoice != nil {
				line.Reinvoice = *r.Reinvoice
			}
			fields.Refuse(known && line.goodwill(), at+"amount", "required")
			fields.Refuse(line.Quantity <= 0, at+"quantity", "quantity_not_positive")
			fields.Refuse(line.UnitPrice < 0, at+"unit_price", "negative_price")
		}
		line.ID = s.lineID(creditNote, line)
		fields.Refuse(known && seen[line.ID], names, "duplicate_line")
		lines[i], seen[line.ID] = line, true
	}
	return lines, fields.Err()
}

// check notes every wrong field but those of the lines.
func (r CreditNoteRequest) check() error {
	var fields check.Fields
	fields.Refuse(r.ID == uuid.Nil, "id", "required")
	fields.Refuse(r.ReversalDate == "", "reversal_date", "reversal_date_required")
	fields.Refuse(r.Journal.ID == uuid.Nil, "journal", "journal_required")
	fields.Within(check.MaxReason, "reason", r.Reason)
	return fields.Err()
}
