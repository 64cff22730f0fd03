package program_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/program"
)

// 2.9: constraints of a program, each with its field.
func TestADefinitionIsRefusedByField(t *testing.T) {
	none, percent := int64(0), aggregates.NewDecimal
	reward := func(r program.Reward) func(*program.Defined) {
		return func(d *program.Defined) { d.Rewards = []program.Reward{r} }
	}
	for name, c := range map[string]struct {
		edit func(*program.Defined)
		want string
	}{
		"no name":         {func(d *program.Defined) { d.Name = " " }, "required on name"},
		"no type":         {func(d *program.Defined) { d.Type = "" }, "required on type"},
		"an unknown type": {func(d *program.Defined) { d.Type = "lottery" }, "invalid_value on type"},
		"no reward":       {func(d *program.Defined) { d.Rewards = nil }, "program_without_reward on rewards"},
		"an end before the start": {
			func(d *program.Defined) { d.StartsOn, d.EndsOn = "2026-02-02", "2026-02-01" },
			"invalid_value on ends_on",
		},
		"a limit of nothing": {func(d *program.Defined) { d.UsageLimit = &none }, "not_positive on usage_limit"},
		"an unknown channel": {
			func(d *program.Defined) { d.AvailableOn = []program.Channel{"sales", "fax"} },
			"invalid_value on available_on[1]",
		},
		"an unknown currency":  {func(d *program.Defined) { d.Currency = "XXX" }, "invalid_value on currency"},
		"a reward of no type":  {reward(program.Reward{}), "invalid_value on rewards[0].type"},
		"a discount of 0":      {reward(program.Reward{Type: program.Discount}), "not_positive on rewards[0].discount"},
		"a discount over 100":  {reward(program.Reward{Type: program.Discount, Discount: percent(101)}), "invalid_value on rewards[0].discount"},
		"percent and amount":   {reward(program.Reward{Type: program.Discount, Discount: percent(5), Fixed: euro(1)}), "invalid_value on rewards[0].discount"},
		"an amount of 0":       {reward(program.Reward{Type: program.Discount, Fixed: euro(0)}), "not_positive on rewards[0].fixed"},
		"an unknown scope":     {reward(program.Reward{Type: program.Discount, Discount: percent(5), AppliesTo: "all"}), "invalid_value on rewards[0].applies_to"},
		"products without any": {reward(program.Reward{Type: program.Discount, Discount: percent(5), AppliesTo: program.Products}), "required on rewards[0].products"},
		"products of an order": {reward(program.Reward{Type: program.Discount, Discount: percent(5), Products: []uuid.UUID{id("mug")}}), "invalid_value on rewards[0].products"},
		"a discount's product": {
			reward(program.Reward{Type: program.Discount, Discount: percent(5), Product: id("mug"), Quantity: 1}),
			"invalid_value on rewards[0].product; invalid_value on rewards[0].quantity",
		},
		"no free product":     {reward(program.Reward{Type: program.FreeProduct}), "required on rewards[0].product"},
		"less than a product": {reward(program.Reward{Type: program.FreeProduct, Product: id("mug"), Quantity: -1}), "quantity_not_positive on rewards[0].quantity"},
		"a product's discount": {
			reward(program.Reward{Type: program.FreeProduct, Product: id("mug"), Discount: 1, Fixed: euro(1), Max: euro(1), AppliesTo: "order", Products: []uuid.UUID{id("mug")}}),
			"invalid_value on rewards[0].discount; invalid_value on rewards[0].fixed; invalid_value on rewards[0].max; " +
				"invalid_value on rewards[0].applies_to; invalid_value on rewards[0].products",
		},
		"two currencies": {func(d *program.Defined) {
			d.Currency, d.Rules = "EUR", program.Rules{{MinimumAmount: &aggregates.Money{Minor: 1, Currency: "USD"}}}
		}, "currency_mismatch on rules[0].minimum_amount currency=EUR"},
		"an amount without a currency": {func(d *program.Defined) {
			d.Rules = program.Rules{{MinimumAmount: &aggregates.Money{Minor: 1}}}
		}, "invalid_value on rules[0].minimum_amount"},
		"an empty rule": {func(d *program.Defined) { d.Rules = program.Rules{{}} }, "required on rules[0]"},
		"a rule below zero": {
			func(d *program.Defined) { d.Rules = program.Rules{{MinimumQuantity: -1}} },
			"negative_quantity on rules[0].minimum_quantity",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := program.State{}.Define(defined(c.edit))
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// C-02: the conditional rules say for which carts a coupon is good; C-09: without
// rules it gives its rewards at once.
func TestRulesSayForWhichCartsACouponIsGood(t *testing.T) {
	mugs := func(q string) []program.Item {
		return []program.Item{{Product: id("hat"), Quantity: aggregates.NewDecimal(9)}, {Product: id("mug"), Quantity: aggregates.MustDecimal(q)}}
	}
	two := program.Rule{MinimumQuantity: aggregates.NewDecimal(2), Products: []uuid.UUID{id("mug"), id("cup")}}
	fifty := program.Rule{MinimumAmount: euro(5000)}
	for name, c := range map[string]struct {
		rules program.Rules
		cart  program.Cart
		want  string
	}{
		"no rules (C-09)":             {nil, program.Cart{Amount: euro(1), Items: []program.Item{}}, ""},
		"the minimum itself":          {program.Rules{fifty}, program.Cart{Amount: euro(5000)}, ""},
		"a cent less":                 {program.Rules{fifty}, program.Cart{Amount: euro(4999)}, "coupon_minimum_not_reached amount=50.00 currency=EUR"},
		"another currency":            {program.Rules{fifty}, program.Cart{Amount: &aggregates.Money{Minor: 9999, Currency: "USD"}}, "coupon_minimum_not_reached amount=50.00 currency=EUR"},
		"an amount the shop hides":    {program.Rules{fifty}, program.Cart{}, ""},
		"enough of the products":      {program.Rules{two}, program.Cart{Items: mugs("2")}, ""},
		"too few of the products":     {program.Rules{two}, program.Cart{Items: mugs("1.5")}, "coupon_products_missing"},
		"a negative line beside":      {program.Rules{two}, program.Cart{Items: append(mugs("-5"), mugs("2")...)}, ""},
		"negative pieces":             {program.Rules{two}, program.Cart{Items: mugs("-5")}, "coupon_products_missing"},
		"items the shop hides":        {program.Rules{two}, program.Cart{Amount: euro(1)}, ""},
		"a rule that asks nothing":    {program.Rules{{}}, program.Cart{Items: []program.Item{}}, ""},
		"an empty cart":               {program.Rules{two}, program.Cart{Items: []program.Item{}}, "coupon_products_missing"},
		"any piece of a product":      {program.Rules{{Products: []uuid.UUID{id("mug")}}}, program.Cart{Items: mugs("0.5")}, ""},
		"pieces of anything":          {program.Rules{{MinimumQuantity: aggregates.NewDecimal(10)}}, program.Cart{Items: mugs("1")}, ""},
		"all rules, the second fails": {program.Rules{fifty, two}, program.Cart{Amount: euro(5000), Items: mugs("1")}, "coupon_products_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := c.rules.Met(c.cart); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// 2.11: a draft's terms may change until it is activated, for good and with a reward.
func TestADraftIsRedefinedUntilItIsActivated(t *testing.T) {
	draft := defined(func(d *program.Defined) { d.Draft = true })
	renamed := defined(func(d *program.Defined) { d.Draft, d.Name = true, "Apology" })
	bare := defined(func(d *program.Defined) { d.Draft, d.Rewards = true, nil })
	redefine := func(s program.State) ([]aggregates.Event, error) { return s.Redefine(renamed) }
	aggregatetest.For(t, program.Model).When(redefine).Refused("coupon_program_not_found")
	aggregatetest.For(t, program.Model).When(program.State.Activate).Refused("coupon_program_not_found")
	aggregatetest.For(t, program.Model, draft).When(redefine).Then(renamed)
	aggregatetest.For(t, program.Model, draft).When(program.State.Activate).Then(program.Activated{})
	aggregatetest.For(t, program.Model, bare).When(program.State.Activate).Refused("program_without_reward")
	archived := aggregatetest.For(t, program.Model, draft, program.Archived{})
	archived.When(redefine).Refused("program_archived")
	archived.When(program.State.Activate).Refused("program_archived")
	active := aggregatetest.For(t, program.Model, draft, program.Activated{})
	active.When(redefine).Refused("program_not_draft")
	active.When(program.State.Activate).Then()
	aggregatetest.For(t, program.Model, draft).When(allot(coupon("1"))).Refused("program_is_draft")
	one := int64(1)
	limited := defined(func(d *program.Defined) { d.UsageLimit = &one })
	for want, s := range map[string]program.State{
		"draft": program.Model.Fold(draft), "active": program.Model.Fold(draft, program.Activated{}),
		"exhausted": program.Model.Fold(limited, coupon("1")), "archived": program.Model.Fold(limited, coupon("1"), program.Archived{}),
	} {
		if got := s.Status(); got != want {
			t.Errorf("a program is %s, want %s", got, want)
		}
	}
}

// 2.9, 2.11: coupons are honoured while the program is in date, and never after
// it was archived; the usage limit is about new coupons.
func TestAProgramHonoursItsCoupons(t *testing.T) {
	limit := int64(1)
	d := defined(func(d *program.Defined) {
		d.StartsOn, d.EndsOn, d.UsageLimit, d.Rules = "2026-03-01", today, &limit, program.Rules{{MinimumAmount: euro(100)}}
	})
	open := program.Model.Fold(d, coupon("1"))
	for _, c := range []struct {
		state program.State
		on    aggregates.Date
		cart  program.Cart
		want  string
	}{
		{open, "2026-03-01", program.Cart{Amount: euro(100)}, ""},
		{open, today, program.Cart{Amount: euro(100)}, ""},
		{open, "2026-02-28", program.Cart{}, "program_not_started date=2026-03-01"},
		{open, "2026-03-21", program.Cart{}, "program_ended date=2026-03-20"},
		{open, today, program.Cart{Amount: euro(99)}, "coupon_minimum_not_reached amount=1.00 currency=EUR"},
		{program.Model.Evolve(open, program.Archived{}), today, program.Cart{Amount: euro(100)}, "coupon_invalid"},
		{program.State{}, today, program.Cart{}, "coupon_invalid"},
	} {
		got := ""
		if err := c.state.Honours(c.on, c.cart); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("on %s: got %q, want %q", c.on, got, c.want)
		}
	}
}
