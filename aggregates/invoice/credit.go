package invoice

import (
	"math/big"

	"aftersales/aggregates"
)

// Creditable is what a credit note of all that is left would come to: total
// less credited, but for lines where a credit was below the price.
func (s State) Creditable() Amounts {
	c, _ := s.credit(s.left(false), WithinInvoice) // what is left exceeds nothing
	return c.Amounts
}

// CheckCreditable refuses with invoice_fully_credited when there is nothing left
// to credit; where more may be credited, only a wish that names no lines.
func (s State) CheckCreditable(limit Cap, named bool) error {
	if s.Creditable().Total > 0 || limit == OverCredit && named {
		return nil
	}
	return aggregates.Refuse("invoice_fully_credited")
}

// left are credit lines, still without ids and amounts, for the whole quantity
// that is not credited yet.
func (s State) left(reinvoice bool) []CreditLine {
	var lines []CreditLine
	for _, l := range s.Lines {
		if l.Creditable() > 0 {
			c := CreditLine{InvoiceLine: l.ID, Item: l.Item, Reinvoice: reinvoice}
			c.Quantity = l.Creditable()
			lines = append(lines, c)
		}
	}
	return lines
}

// credited is what credit lines come to: their sum, and what of it is beyond
// what the invoice had left.
type credited struct {
	lines []CreditLine
	Amounts
	over int64
}

// credit computes the amounts of credit lines as of now. It refuses with
// credit_exceeds_invoice and the amount that is too much when a quantity is
// above what the line has left, within the limit, or a price above the line's;
// the parameter line names the first such line. The lines must be the invoice's.
func (s State) credit(lines []CreditLine, limit Cap) (credited, error) {
	asked, allowed := make([]Item, len(lines)), make([]Item, len(lines))
	places := s.lineByID()
	var over string
	for i, c := range lines {
		l := &s.Lines[places[c.InvoiceLine]]
		asked[i], allowed[i] = c.Item, c.Item
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
		excess := aggregates.Money{Minor: total.Total - most.Total, Currency: s.Currency}
		return credited{}, aggregates.Refuse("credit_exceeds_invoice",
			"amount", excess.Amount(), "currency", string(s.Currency), "line", over)
	}
	sum := credited{lines: make([]CreditLine, len(lines))}
	for i, c := range lines {
		l := s.Lines[places[c.InvoiceLine]]
		c.Amounts = l.fit(amounts[i], c)
		sum.lines[i], sum.Amounts = c, sum.Plus(c.Amounts)
		if c.Quantity > allowed[i].Quantity {
			sum.over += c.Total
			if c.Quantity = allowed[i].Quantity; c.Quantity > 0 {
				sum.over -= l.fit(within[i], c).Total
			}
		}
	}
	return sum, nil
}

// fit holds the computed amounts of a credit to the line's own: credits of a
// part of the quantity stay within a minor unit of that part of the line's
// amounts. So a share is never used up early, and the credit of the last unit
// takes exactly what remains. A lowered price has no lower bound.
func (l LineState) fit(a Amounts, c CreditLine) Amounts {
	part := l.CreditedQuantity + c.Quantity
	reduced := l.Reduced || c.UnitPrice < l.UnitPrice
	within := func(amount, line, credited int64) int64 {
		low, high := portion(line, part, l.Quantity)
		if !reduced {
			amount = max(amount, low-credited)
		}
		return min(amount, high-credited)
	}
	a.Untaxed = within(a.Untaxed, l.Untaxed, l.Credited.Untaxed)
	a.Tax = within(a.Tax, l.Tax, l.Credited.Tax)
	a.Total = a.Untaxed + a.Tax
	return a
}

// portion is amount × part / whole, rounded down and rounded up.
func portion(amount int64, part, whole aggregates.Decimal) (low, high int64) {
	product := new(big.Int).Mul(big.NewInt(amount), big.NewInt(int64(part)))
	quotient, rest := product.QuoRem(product, big.NewInt(int64(whole)), new(big.Int))
	low = quotient.Int64()
	if rest.Sign() == 0 {
		return low, low
	}
	return low, low + 1
}
