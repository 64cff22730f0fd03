package invoice

import (
	"math/big"

	"aftersales/aggregates"
)

// Creditable is what a credit note of all that is left would come to: total
// less credited, but for lines where a credit was below the price.
func (s State) Creditable() Amounts {
	_, total, _ := s.credit(s.left(false)) // what is left exceeds nothing
	return total
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

// credit computes the amounts of credit lines as of now and their sum. It
// refuses with credit_exceeds_invoice and the amount that is too much when a
// quantity is above what the line has left or a price above the line's; the
// parameter line names the first such line. The lines must be the invoice's.
func (s State) credit(lines []CreditLine) ([]CreditLine, Amounts, error) {
	asked, allowed := make([]Item, len(lines)), make([]Item, len(lines))
	places := s.lineByID()
	var over string
	for i, c := range lines {
		l := &s.Lines[places[c.InvoiceLine]]
		asked[i], allowed[i] = c.Item, c.Item
		allowed[i].Quantity = min(c.Quantity, l.Creditable())
		allowed[i].UnitPrice = min(c.UnitPrice, l.UnitPrice)
		if over == "" && (allowed[i].Quantity < c.Quantity || allowed[i].UnitPrice < c.UnitPrice) {
			over = c.InvoiceLine.String()
		}
	}
	amounts, total, err := price(asked, s.Currency, s.TaxRounding)
	if err != nil {
		return nil, Amounts{}, err
	}
	if over != "" {
		_, most, _ := price(allowed, s.Currency, s.TaxRounding) // it is less than what was asked
		excess := aggregates.Money{Minor: total.Total - most.Total, Currency: s.Currency}
		return nil, Amounts{}, aggregates.Refuse("credit_exceeds_invoice",
			"amount", excess.Amount(), "currency", string(s.Currency), "line", over)
	}
	credited, sum := make([]CreditLine, len(lines)), Amounts{}
	for i, c := range lines {
		c.Amounts = s.Lines[places[c.InvoiceLine]].fit(amounts[i], c)
		credited[i], sum = c, sum.Plus(c.Amounts)
	}
	return credited, sum, nil
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
