package invoice

import (
	"math/big"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Creditable is what a credit note of all that is left would come to: total
// less credited.
func (s State) Creditable() Amounts {
	var sum Amounts
	for _, l := range s.Lines {
		sum = sum.Plus(l.Left())
	}
	return sum
}

// CheckCreditable refuses with invoice_fully_credited when there is nothing left
// to credit; where more may be credited, only a wish that names no lines.
func (s State) CheckCreditable(limit Cap, named bool) error {
	if s.Creditable().Total > 0 || limit == OverCredit && named {
		return nil
	}
	return aggregates.Refuse("invoice_fully_credited")
}

// left are lines of a credit note, still without amounts but for goodwill's total,
// for all that is not credited yet: the quantities, and what lowered prices waived.
func (s State) left(creditNote uuid.UUID, reinvoice bool) []CreditLine {
	var lines []CreditLine
	for _, l := range s.Lines {
		if l.Creditable() > 0 {
			c := CreditLine{InvoiceLine: l.ID, Item: l.Item, Reinvoice: reinvoice}
			c.Quantity, c.ID = l.Creditable(), s.lineID(creditNote, c)
			lines = append(lines, c)
		}
	}
	return append(lines, s.waived(creditNote)...)
}

// credited is what credit lines come to: their sum, and what of it is beyond
// what the invoice had left.
type credited struct {
	lines []CreditLine
	Amounts
	over int64
}

// credit computes the amounts of credit lines as of now. It refuses with
// amount_too_large what cannot be written; with credit_exceeds_invoice and the
// amount that is too much when a quantity or its amount is above what the line has
// left, within the limit, a price above the line's, or goodwill above what its
// taxes' lines have left; the parameter line names the first such line. The lines
// must be the invoice's.
func (s State) credit(lines []CreditLine, limit Cap) (credited, error) {
	asked, allowed := make([]Item, len(lines)), make([]Item, len(lines))
	places := s.lineByID()
	var over string
	for i, c := range lines {
		asked[i], allowed[i] = c.Item, c.Item
		if c.goodwill() {
			continue // without quantity and price it comes to nothing here
		}
		l := &s.Lines[places[c.InvoiceLine]]
		allowed[i].Quantity = min(c.Quantity, l.Creditable())
		allowed[i].UnitPrice = min(c.UnitPrice, l.UnitPrice)
		tooMany := allowed[i].Quantity < c.Quantity && limit == WithinInvoice
		if over == "" && (tooMany || allowed[i].UnitPrice < c.UnitPrice) {
			over = c.InvoiceLine.String()
		}
	}
	amounts, total, err := price(asked, s.Currency, s.TaxRounding)
	if err != nil {
		return credited{}, err
	}
	within, most, _ := price(allowed, s.Currency, s.TaxRounding) // no more than what was asked
	if over != "" {
		return credited{}, s.exceeds(total.Total-most.Total, over)
	}
	sum := credited{lines: slices.Clone(lines)}
	for i, c := range lines {
		if c.goodwill() {
			continue
		}
		l := s.Lines[places[c.InvoiceLine]]
		c.Amounts, c.Waived = l.fit(amounts[i], c)
		has := c.within(l.Rest())
		if c.Quantity > l.Creditable() {
			has = l.has(within[i], c)
		} else if c.Quantity == l.Creditable() {
			c.Amounts = has
		}
		if excess := c.Total - has.Total; excess > 0 && limit == WithinInvoice {
			return credited{}, s.exceeds(excess, c.InvoiceLine.String())
		}
		sum.lines[i], sum.Amounts, sum.over = c, sum.Plus(c.Amounts), sum.over+c.Total-has.Total
	}
	sum, err = s.withCredited(sum.quantities()...).addGoodwill(sum)
	if err == nil {
		err = s.checkCredited(sum)
	}
	if err != nil {
		return credited{}, err
	}
	return sum, nil
}

// checkCredited refuses with amount_too_large what takes all credit notes together,
// or the quantity credited of a line, to what no text can hold. Only credits
// beyond the invoice get that far.
func (s State) checkCredited(sum credited) error {
	if s.Credited().Total+sum.Total >= aggregates.LimitOf(s.Currency) {
		return aggregates.Refuse("amount_too_large").On("lines")
	}
	for _, l := range s.withCredited(sum.lines...).Lines {
		if l.CreditedQuantity != l.CreditedQuantity.Plus(0) {
			return aggregates.Refuse("amount_too_large", "line", l.ID.String()).On("lines")
		}
	}
	return nil
}

// exceeds refuses an amount that is too much, on a line of the invoice or of the
// credit note.
func (s State) exceeds(minor int64, line string) error {
	excess := aggregates.Money{Minor: minor, Currency: s.Currency}
	return aggregates.Refuse("credit_exceeds_invoice", "amount", excess.Amount(), "currency", s.Currency.Code(), "line", line)
}

// fit holds the computed amounts of a credit to the line's own: credits of a
// part of the quantity stay within a minor unit of that part of the line's
// amounts. So a share is never used up early, and the credit of the last unit
// takes exactly what remains. A lowered price has no lower bound; what it is
// below the part is waived. Goodwill has no part in this.
func (l LineState) fit(a Amounts, c CreditLine) (fitted, waived Amounts) {
	part, lowered := l.CreditedQuantity+c.Quantity, c.UnitPrice < l.UnitPrice
	within := func(amount, line, used int64) (fitted, waived int64) {
		low, high := portion(line, int64(part), int64(l.Quantity))
		fitted = min(amount, high-used)
		lack := max(0, low-used-fitted)
		if lowered {
			return fitted, lack
		}
		return fitted + lack, 0
	}
	fitted.Untaxed, waived.Untaxed = within(a.Untaxed, l.Untaxed, l.Credited.Untaxed-l.Goodwill.Untaxed+l.Waived.Untaxed)
	fitted.Tax, waived.Tax = within(a.Tax, l.Tax, l.Credited.Tax-l.Goodwill.Tax+l.Waived.Tax)
	fitted.Total, waived.Total = fitted.Untaxed+fitted.Tax, waived.Untaxed+waived.Tax
	return fitted, waived
}

// has is what the line has left for a credit beyond its quantity; what is left
// of the quantity was priced at a.
func (l LineState) has(a Amounts, c CreditLine) Amounts {
	if c.Quantity = l.Creditable(); c.Quantity == 0 {
		return Amounts{}
	}
	fitted, _ := l.fit(a, c)
	return fitted.within(l.Rest())
}

// portion is amount × part / whole, rounded down and rounded up; 0 of nothing.
func portion(amount, part, whole int64) (low, high int64) {
	if whole == 0 {
		return 0, 0
	}
	product := new(big.Int).Mul(big.NewInt(amount), big.NewInt(part))
	quotient, rest := product.QuoRem(product, big.NewInt(whole), new(big.Int))
	low = quotient.Int64()
	if rest.Sign() == 0 {
		return low, low
	}
	return low, low + 1
}
