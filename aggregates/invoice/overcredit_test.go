package invoice_test

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// 2.5 case 7: the company's switch lets a credit note go beyond the invoice; the
// posting says by how much, and that much is open credit.
func TestWhereOverCreditIsAllowedThePostingSaysHowMuchItIs(t *testing.T) {
	over := func(s invoice.State) ([]aggregates.Event, error) {
		r := request(noteB, wish(lineA, "300"))
		r.Cap = invoice.OverCredit
		return s.DraftCreditNote(r)
	}
	history := posted1410(draftNote(noteA, wish(lineA, "1000")), postNote(noteA), over)
	given(t, history...).When(postNote(noteB)).Refused("credit_exceeds_invoice")
	s := given(t, history...).When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.PostCreditNote(noteB, today, invoice.OverCredit)
	}).State()
	if n := note(t, s, noteB); n.Total != 30000 || n.OverCredit != 10000 || n.Applied+n.Residual != 30000 {
		t.Errorf("credit note %+v", n)
	}
	// What is left is that of the other line, and never less than nothing.
	if left := s.Creditable().Total; left != 21000 || s.Lines[0].Creditable() != 0 {
		t.Errorf("creditable %d, of the first line %s", left, s.Lines[0].Creditable())
	}
}

func TestWhereOverCreditIsAllowedAPriceStaysWithinTheInvoices(t *testing.T) {
	line := wish(lineA, "1")
	line.UnitPrice = ptr("1.01")
	r := request(noteA, line)
	r.Cap = invoice.OverCredit
	given(t, posted1410()...).When(func(s invoice.State) ([]aggregates.Event, error) {
		return s.DraftCreditNote(r)
	}).Refused("credit_exceeds_invoice")
}

// What all credit notes come to, and what they take of a line, can be written.
func TestOverCreditStaysWithinWhatTextsHold(t *testing.T) {
	over := func(note uuid.UUID, a, b string) rule {
		return func(s invoice.State) ([]aggregates.Event, error) {
			r := request(note, wish(lineA, a), wish(lineB, b))
			r.Cap = invoice.OverCredit
			return s.DraftCreditNote(r)
		}
	}
	free := draftOf(invoice.PerLine, line(lineA, "1", "1", "0"), line(lineB, "1", "0", "0"))
	credited := given(t, draft(free), post(), over(noteA, "600000000000", "600000000000"), func(s invoice.State) ([]aggregates.Event, error) {
		return s.PostCreditNote(noteA, today, invoice.OverCredit)
	})
	credited.When(over(noteB, "400000000000", "1")).Refused("amount_too_large")
	credited.When(over(noteB, "1", "400000000000")).Refused("amount_too_large")
	credited.When(over(noteB, "399999999999.99", "399999999999.99")).State()
}

// Nothing is left to propose on an exhausted invoice; lines can be named.
func TestOnAnExhaustedInvoiceAnOverCreditNamesItsLines(t *testing.T) {
	exhausted := given(t, posted1410(draftNote(noteA), postNote(noteA))...)
	r := request(noteB)
	wanted := func(s invoice.State) ([]aggregates.Event, error) { return s.DraftCreditNote(r) }
	r.Cap = invoice.OverCredit
	exhausted.When(wanted).Refused("invoice_fully_credited")
	r.Lines = []invoice.CreditLineRequest{wish(lineA, "1")}
	if n := note(t, exhausted.When(wanted).State(), noteB); n.Total != 100 {
		t.Errorf("drafted %+v", n)
	}
	r.Cap = invoice.WithinInvoice
	exhausted.When(wanted).Refused("invoice_fully_credited")
}

// What the postings say was too much is all that the credit notes exceed the
// lines by, and without it they stay within.
func TestLawOverCreditsExplainWhatIsBeyondTheInvoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drafts.Draw(t, "draft")
		s := invoice.State{}
		step := func(events []aggregates.Event, err error) {
			if err != nil {
				t.Skip(err)
			}
			for _, e := range events {
				s = invoice.Model.Evolve(s, e)
			}
		}
		step(s.Draft(d))
		step(s.Post(today))
		var over int64
		for i := range rapid.IntRange(1, 5).Draw(t, "credit notes") {
			r := request(id(uint64(100 + i)))
			r.Cap = invoice.OverCredit
			for _, l := range s.Lines {
				r.Lines = append(r.Lines, invoice.CreditLineRequest{InvoiceLine: l.ID, Quantity: quantity.Draw(t, "quantity")})
			}
			step(s.DraftCreditNote(r))
			step(s.PostCreditNote(r.ID, today, invoice.OverCredit))
			n, _ := s.CreditNote(r.ID)
			if n.OverCredit < 0 || n.OverCredit > n.Total {
				t.Fatalf("of %d too much %d", n.Total, n.OverCredit)
			}
			over += n.OverCredit
		}
		if beyond := s.Credited().Total - s.Total; over < beyond {
			t.Fatalf("credited %d of %d, said to be too much %d", s.Credited().Total, s.Total, over)
		}
		var beyond int64
		for _, l := range s.Lines {
			beyond += max(0, l.Credited.Total-l.Line.Total)
		}
		if over != beyond {
			t.Fatalf("said to be too much %d, is %d", over, beyond)
		}
	})
}
