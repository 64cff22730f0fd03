package invoice

import (
	"math/big"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// goodwillText describes goodwill that nobody described.
const goodwillText = "Refund"

// goodwill says whether the line credits an amount, not a quantity.
func (c CreditLine) goodwill() bool { return c.InvoiceLine == uuid.Nil }

// quantities are the lines that credit a quantity.
func (c credited) quantities() []CreditLine {
	return slices.DeleteFunc(slices.Clone(c.lines), CreditLine.goodwill)
}

// addGoodwill spreads the amounts over what the lines have left beside the
// quantities that the state has in it already.
func (s State) addGoodwill(sum credited) (credited, error) {
	for i, c := range sum.lines {
		if !c.goodwill() {
			continue
		}
		spread, excess := s.spread(c)
		if excess > 0 {
			return credited{}, s.exceeds(excess, c.ID.String())
		}
		sum.lines[i], sum.Amounts = spread, sum.Plus(spread.Amounts)
		s = s.withCredited(spread)
	}
	return sum, nil
}

// spread takes the amount from the lines with its taxes, from each in
// proportion to what it has left. The tax in it has the proportion that it has
// in all that they have left, rounded once. What they have too little is the
// excess.
func (s State) spread(c CreditLine) (CreditLine, int64) {
	lines := s.taxed(c.Taxes)
	var rest, upTo, given Amounts
	for _, l := range lines {
		rest = rest.Plus(l.Left())
	}
	if c.Total > rest.Total {
		return c, c.Total - rest.Total
	}
	c.Tax = nearest(c.Total, rest.Tax, rest.Total)
	c.Untaxed, c.Shares = c.Total-c.Tax, nil
	for _, l := range lines {
		upTo = upTo.Plus(l.Left())
		untaxed, _ := portion(c.Untaxed, upTo.Untaxed, rest.Untaxed)
		tax, _ := portion(c.Tax, upTo.Tax, rest.Tax)
		share := Amounts{untaxed - given.Untaxed, tax - given.Tax, untaxed + tax - given.Total}
		if given = given.Plus(share); share.Total > 0 {
			c.Shares = append(c.Shares, Share{l.ID, share})
		}
	}
	return c, 0
}

// waived are lines of a credit note for what lowered prices left of the
// quantities' shares and nobody credited since, one for each set of taxes.
func (s State) waived(creditNote uuid.UUID) []CreditLine {
	var lines []CreditLine
	for _, l := range s.Lines {
		amount := l.Left().Total - l.Rest().Total
		if amount == 0 {
			continue
		}
		c := CreditLine{Item: Item{Description: goodwillText, Taxes: s.taxed(l.Taxes)[0].Taxes}, Amounts: Amounts{Total: amount}}
		c.ID = s.lineID(creditNote, c)
		if i := slices.IndexFunc(lines, func(other CreditLine) bool { return other.ID == c.ID }); i >= 0 {
			lines[i].Total += amount
		} else {
			lines = append(lines, c)
		}
	}
	return lines
}

// taxed are the lines that have exactly these taxes, in any order.
func (s State) taxed(taxes []Tax) []LineState {
	return slices.DeleteFunc(slices.Clone(s.Lines), func(l LineState) bool {
		return len(l.Taxes) != len(taxes) ||
			slices.ContainsFunc(l.Taxes, func(t Tax) bool { return !slices.Contains(taxes, t) }) ||
			slices.ContainsFunc(taxes, func(t Tax) bool { return !slices.Contains(l.Taxes, t) })
	})
}

// goodwillLine is the line, without id and split, of a wish for an amount: a new
// one, or that of the draft which it names. Taxes are required where the
// invoice's lines differ in them; others than those of one of its lines are
// refused with tax_not_in_invoice.
func (s State) goodwillLine(r CreditLineRequest, draft CreditLine, at string, fields *check.Fields) CreditLine {
	mixed := r.InvoiceLine != uuid.Nil || r.Quantity != 0 || r.Counted || r.UnitPrice != nil || r.Reinvoice != nil || !draft.goodwill()
	fields.Refuse(mixed, at+"amount", "invalid_value")
	taxes := r.Taxes
	if taxes == nil && r.ID != uuid.Nil {
		taxes = draft.Taxes
	}
	if taxes == nil && len(s.taxed(s.Lines[0].Taxes)) == len(s.Lines) {
		taxes = s.Lines[0].Taxes
	}
	same := s.taxed(taxes)
	fields.Refuse(taxes == nil, at+"taxes", "required")
	fields.Refuse(taxes != nil && len(same) == 0, at+"taxes", "tax_not_in_invoice")
	minor := aggregates.RoundMinor(r.Amount.Rat(), s.Currency)
	broken := aggregates.MinorRat(minor, s.Currency).Cmp(r.Amount.Rat()) != 0
	fields.Refuse(*r.Amount <= 0, at+"amount", "not_positive")
	fields.Refuse(broken && !mixed, at+"amount", "invalid_value")
	fields.Within(check.MaxText, at+"description", r.Description)
	line := CreditLine{Item: Item{Description: r.Description}, Amounts: Amounts{Total: minor}}
	if line.Description == "" {
		line.Description = draft.Description
	}
	if line.Description == "" {
		line.Description = goodwillText
	}
	if len(same) > 0 {
		line.Taxes = same[0].Taxes
	}
	return line
}

// lineID names a credit line after the credit note and what it credits, so that
// a line that stays through an edit keeps its id: a line of the invoice, or all
// that have its taxes.
func (s State) lineID(creditNote uuid.UUID, c CreditLine) uuid.UUID {
	if !c.goodwill() {
		return aggregates.DeriveID(creditNote.String(), "line", c.InvoiceLine.String())
	}
	first := "none"
	if same := s.taxed(c.Taxes); len(same) > 0 {
		first = same[0].ID.String()
	}
	return aggregates.DeriveID(creditNote.String(), "goodwill", first)
}

// nearest is amount × part / whole, rounded with ties up; 0 of nothing.
func nearest(amount, part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	v := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), big.NewInt(part)), big.NewInt(whole))
	v.Add(v, big.NewRat(1, 2))
	return new(big.Int).Quo(v.Num(), v.Denom()).Int64()
}
