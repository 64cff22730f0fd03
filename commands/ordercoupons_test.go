package commands_test

import (
	"errors"
	"testing"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/order"
	"aftersales/aggregates/program"
	"aftersales/commands"
	"aftersales/eventstore"
)

// refusedAs fails unless the command is refused with the code.
func (w *world) refusedAs(code, key string, c commands.Command) {
	w.t.Helper()
	_, err := w.try(key, c)
	if refused, ok := errors.AsType[*aggregates.Refusal](err); !ok || refused.Code != code {
		w.t.Errorf("%s: got %v, want %s", key, err, code)
	}
}

func (w *world) at(day aggregates.Date) {
	w.t.Helper()
	noon, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		w.t.Fatal(err)
	}
	w.Now = func() time.Time { return noon.Add(12 * time.Hour) }
}

// orderOf registers an order of a customer.
func (w *world) orderOf(name, customer string, terms order.Terms) {
	w.t.Helper()
	w.do("order "+name, &commands.RegisterOrder{
		ID: ref(name), Number: name, Customer: id(customer), Currency: "EUR",
		RequirePayment: terms.RequirePayment, RequireSignature: &terms.RequireSignature,
		Lines: []commands.OrderLine{{Product: id("product"), Quantity: aggregates.NewDecimal(3), UnitPrice: new(aggregates.NewDecimal(10))}},
	})
}

// withCoupon is a world with a coupon of the customer.
func withCoupon(t *testing.T, until aggregates.Date) *world {
	t.Helper()
	w := newWorld(t)
	w.furnish()
	w.do("coupon", &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id("program"), ValidUntil: until})
	return w
}

func (w *world) coupon() coupon.State { w.t.Helper(); return fold(w, coupon.Model, id("coupon")) }

// 2.9 "reserved | order confirmed | redeemed", C-08: whether the coupon was reserved
// before the confirmation or after it, and whatever the shop says then.
func TestAConfirmedOrderUsesUpItsCoupon(t *testing.T) {
	for _, confirmedFirst := range []bool{false, true} {
		w := withCoupon(t, "")
		name := id("order").String()
		confirm := func() { w.do("confirm", &commands.ConfirmOrder{Order: id("order")}) }
		if confirmedFirst {
			confirm()
		}
		w.do("reserve", &commands.ReserveCoupon{Code: onlyCode, Order: name})
		if !confirmedFirst {
			confirm()
		}
		if s := w.coupon(); s.Status != coupon.StatusRedeemed || s.Redemption.Order != name || s.Redemption.Customer != id("customer") {
			t.Fatalf("confirmed first %v: %+v", confirmedFirst, s)
		}
		w.at("2026-03-06") // the four days are for an abandoned cart
		w.refusedAs("coupon_already_used", "elsewhere", &commands.ReserveCoupon{Code: onlyCode, Order: "W2", Customer: id("customer")})
		worth := euros(t, "3.50")
		for _, key := range []string{"redeem", "redeem again"} {
			w.do(key, &commands.RedeemCoupon{Code: onlyCode, Order: name, Amount: &worth})
		}
		w.do("redeem without an amount", &commands.RedeemCoupon{Code: onlyCode, Order: name})
		if s := w.coupon(); *s.Redemption.Amount != worth {
			t.Errorf("%+v", s.Redemption)
		}
		used := 0
		for _, e := range w.log() {
			if e.Type == "coupon-redeemed" {
				used++
			}
		}
		if used != 1 {
			t.Errorf("used %d times", used)
		}
	}
}

// 2.9: a coupon that was reserved for an order before that was registered here shares
// its fate all the same, whichever of the two comes first and whoever dies between.
func TestAnOrderFindsTheCouponsThatWaitedForIt(t *testing.T) {
	late := func() *commands.RegisterOrder {
		return &commands.RegisterOrder{ID: ref("late"), Number: "S9", Customer: id("customer"), Currency: "EUR", Lines: []commands.OrderLine{
			{Product: id("product"), Quantity: aggregates.NewDecimal(1), UnitPrice: new(aggregates.NewDecimal(10))},
		}}
	}
	reserve := &commands.ReserveCoupon{Code: onlyCode, Order: id("late").String(), Customer: id("customer")}
	for name, happens := range map[string]func(*world){
		"reserved before": func(w *world) {
			w.do("reserve", reserve)
			w.do("register", late())
		},
		"registered before it is noted": func(w *world) {
			w.meanwhile("directory", func(other *world) { other.do("register", late()) })
			w.do("reserve", reserve)
		},
		"registered by a process that dies": func(w *world) {
			w.do("reserve", reserve)
			w.store.dieAt(1) // after the claim of the number
			if _, err := w.try("register", late()); err == nil || !w.store.live() {
				t.Fatal("the process did not die")
			}
			w.restart()
			w.react()
		},
		"registered after a crash": func(w *world) {
			w.store.dieAt(0)
			if _, err := w.try("reserve", reserve); err == nil || !w.store.live() {
				t.Fatal("the process did not die")
			}
			w.restart()
			w.do("register", late())
			w.react()
		},
	} {
		w := withCoupon(t, "")
		happens(w)
		w.do("cancel", &commands.CancelOrder{Order: id("late")})
		if s := w.coupon(); s.Status != coupon.StatusActive || len(fold(w, order.Model, id("late")).Coupons) != 1 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	w := withCoupon(t, "")
	w.do("reserve", reserve)
	sale := late()
	sale.ConfirmedAt = w.Now()
	w.do("register", sale)
	if s := w.coupon(); !s.UsedBy(id("late").String()) {
		t.Errorf("registered as a sale: %+v", s)
	}
	w = withCoupon(t, "")
	w.do("reserve", reserve)
	w.do("cust b", &commands.RegisterCustomer{ID: ref("B"), Name: "Customer B"})
	foreign := late()
	foreign.Customer = id("B")
	w.do("register", foreign)
	w.do("cancel", &commands.CancelOrder{Order: id("late")})
	if s := w.coupon(); !s.HeldBy(id("late").String(), w.Now()) { // example 16
		t.Errorf("of another customer: %+v", s)
	}
}

// Example 16, pain 22: of an order that is known here its own customer decides,
// whomever the shop names.
func TestTheCustomerOfAKnownOrderDecides(t *testing.T) {
	w := withCoupon(t, "")
	w.do("cust b", &commands.RegisterCustomer{ID: ref("B"), Name: "Customer B"})
	w.orderOf("OB", "B", order.Terms{})
	theirs, own := id("OB").String(), id("order").String()
	for key, c := range map[string]commands.Command{
		"check":              &commands.CheckCoupon{Code: onlyCode, Order: theirs, Customer: id("customer")},
		"reserve":            &commands.ReserveCoupon{Code: onlyCode, Order: theirs, Customer: id("customer")},
		"redeem":             &commands.RedeemCoupon{Code: onlyCode, Order: theirs, Customer: id("customer")},
		"redeem, none named": &commands.RedeemCoupon{Code: onlyCode, Order: theirs},
		"own order, another": &commands.ReserveCoupon{Code: onlyCode, Order: own, Customer: id("B")},
		"nobody knows whose": &commands.RedeemCoupon{Code: onlyCode, Order: "W9"}, // 2.9: no way from active to redeemed for just anybody
	} {
		w.refusedAs("coupon_not_yours", key, c)
	}
	w.do("own", &commands.ReserveCoupon{Code: onlyCode, Order: own, Customer: id("customer")})
	w.do("own, redeemed", &commands.RedeemCoupon{Code: onlyCode, Order: own})
}

// A reservation answers for the customer.
func TestAShopNeedNotNameTheCustomerAgain(t *testing.T) {
	w := withCoupon(t, "")
	w.do("reserve", &commands.ReserveCoupon{Code: onlyCode, Order: "W9", Customer: id("customer")})
	w.do("redeem", &commands.RedeemCoupon{Code: onlyCode, Order: "W9"})
}

// 2.9: a cancelled order uses no coupon.
func TestACancelledOrderTakesNoCoupon(t *testing.T) {
	w := withCoupon(t, "")
	w.do("cancel", &commands.CancelOrder{Order: id("order")})
	name := id("order").String()
	w.refusedAs("order_cancelled", "check", &commands.CheckCoupon{Code: onlyCode, Order: name})
	w.refusedAs("order_cancelled", "reserve", &commands.ReserveCoupon{Code: onlyCode, Order: name})
	w.refusedAs("order_cancelled", "redeem", &commands.RedeemCoupon{Code: onlyCode, Order: name})
	if s := w.coupon(); s.Status != coupon.StatusActive {
		t.Errorf("%+v", s)
	}
}

// 2.9: a cancelled order lets go what it holds, and what was reserved for it while it
// was cancelled.
func TestACouponDoesNotStayWithACancelledOrder(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	given := w.holding()
	w.do("cancel", &commands.CancelOrder{Order: given})
	free := func() {
		t.Helper()
		if s := w.coupon(); s.Status != coupon.StatusActive || s.Reservation != nil {
			t.Errorf("%+v", s)
		}
	}
	free()
	var at uint64
	for _, e := range w.log() {
		if e.Stream == coupon.Model.Stream(id("coupon")) {
			at = e.Revision
		}
	}
	w.tell(coupon.Model.Stream(id("coupon")), eventstore.At(at), coupon.Reserved{Order: given.String(), Until: later()})
	w.react()
	free()
}

// Pain 26: what was valid when the customer paid is valid when the order is
// confirmed, and no other cart gets it in between.
func TestACouponIsJudgedByTheDayOfThePayment(t *testing.T) {
	both := order.Terms{RequirePayment: true, RequireSignature: true}
	t.Run("reserved before", func(t *testing.T) {
		w := withCoupon(t, "2026-03-20")
		w.orderOf("OP", "customer", both)
		w.do("reserve", &commands.ReserveCoupon{Code: onlyCode, Order: id("OP").String()})
		w.do("paid", &commands.ReportOrderPayment{Order: id("OP")})
		w.at("2026-03-06")
		w.refusedAs("coupon_reserved_elsewhere", "elsewhere", &commands.ReserveCoupon{Code: onlyCode, Order: "W2", Customer: id("customer")})
		w.at("2026-03-21")
		if err := w.Fire(t.Context(), aggregates.Ref{Kind: "coupon", ID: id("coupon"), Stream: coupon.Model.Stream(id("coupon"))}); err != nil {
			t.Fatal(err)
		}
		w.do("confirm", &commands.ConfirmOrder{Order: id("OP")})
		if s := w.coupon(); s.Status != coupon.StatusRedeemed || s.Redemption.On != day {
			t.Errorf("%+v", s)
		}
	})
	t.Run("not reserved", func(t *testing.T) {
		w := withCoupon(t, day)
		w.orderOf("OP", "customer", both)
		w.do("paid", &commands.ReportOrderPayment{Order: id("OP")})
		w.at("2026-03-06")
		w.do("check", &commands.CheckCoupon{Code: onlyCode, Order: id("OP").String()})
		w.do("redeem", &commands.RedeemCoupon{Code: onlyCode, Order: id("OP").String()})
		if s := w.coupon(); s.Redemption.On != day {
			t.Errorf("%+v", s.Redemption)
		}
	})
	t.Run("reserved after", func(t *testing.T) {
		w := withCoupon(t, "")
		w.orderOf("OP", "customer", both)
		w.do("paid", &commands.ReportOrderPayment{Order: id("OP")})
		w.do("reserve", &commands.ReserveCoupon{Code: onlyCode, Order: id("OP").String()})
		w.at("2026-03-06")
		w.refusedAs("coupon_reserved_elsewhere", "elsewhere", &commands.ReserveCoupon{Code: onlyCode, Order: "W2", Customer: id("customer")})
	})
}

// 2.9, order of checks: unknown, then the program, the coupon, and its rules last;
// the same whatever is asked.
func TestACodeIsCheckedInOneOrder(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	least := euros(t, "100.00")
	w.do("dear", &commands.DefineProgram{ID: ref("dear"), ProgramTerms: commands.ProgramTerms{
		Name: "Dear", Type: program.Coupons, Rewards: sorry, EndsOn: "2026-03-10", Rules: program.Rules{{MinimumAmount: &least}},
	}})
	w.do("coupon", &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id("dear"), ValidUntil: "2026-03-05"})
	w.do("cust b", &commands.RegisterCustomer{ID: ref("B"), Name: "Customer B"})
	w.orderOf("OB", "B", order.Terms{})
	all := func(code, key, of string) {
		t.Helper()
		w.refusedAs(code, key+": check", &commands.CheckCoupon{Code: onlyCode, Order: id(of).String()})
		w.refusedAs(code, key+": reserve", &commands.ReserveCoupon{Code: onlyCode, Order: id(of).String()})
		w.refusedAs(code, key+": redeem", &commands.RedeemCoupon{Code: onlyCode, Order: id(of).String()})
	}
	all("coupon_minimum_not_reached", "own", "order")
	all("coupon_not_yours", "another's", "OB")
	w.at("2026-03-06")
	all("coupon_expired", "another's, late", "OB")
	w.at("2026-03-11")
	all("program_ended", "another's, too late", "OB")
	w.at(day)
	w.do("revoke", &commands.RevokeCoupon{Coupon: id("coupon"), Reason: "Wrong"})
	all("coupon_invalid", "revoked", "order")
	w.at("2026-03-11")
	all("coupon_invalid", "revoked, too late", "OB")
}

// 2.11: archiving a program, like its end, makes its codes invalid: nobody is sent one.
func TestACouponThatIsNotHonouredIsNotHandedOut(t *testing.T) {
	for code, end := range map[string]func(*world){
		"coupon_invalid": func(w *world) { w.do("archive", &commands.ArchiveProgram{Program: id("short")}) },
		"program_ended":  func(w *world) { w.at("2026-03-11") },
	} {
		w := newWorld(t)
		w.furnish()
		w.ShopURL = "https://shop.example"
		w.do("short", &commands.DefineProgram{ID: ref("short"), ProgramTerms: commands.ProgramTerms{
			Name: "Short", Type: program.Coupons, Rewards: sorry, EndsOn: "2026-03-10",
		}})
		w.do("coupon", &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id("short")})
		w.do("mail", &commands.EmailCoupon{Coupon: id("coupon")})
		end(w)
		w.refusedAs(code, "mail again", &commands.EmailCoupon{Coupon: id("coupon")})
		w.refusedAs(code, "share", &commands.ShareCoupon{Coupon: id("coupon")})
		for _, e := range w.log() {
			if m, asked, err := w.RequestedMail(t.Context(), e); asked && m.Unsendable != code || err != nil {
				t.Errorf("%+v, %v", m, err)
			}
		}
	}
}
