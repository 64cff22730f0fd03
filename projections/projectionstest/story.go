// Package projectionstest gives the tests of read models a story to tell, a
// log to put it in, and a way to compare all that a read model says.
package projectionstest

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
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
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/worksheet"
)

// Fact is an event with the stream and the ticket that it belongs to.
type Fact struct {
	Stream string
	Ticket uuid.UUID
	Event  aggregates.Event
}

// Story is one customer's purchase, its ticket and all five services. Stories
// of different names share no ids.
type Story struct {
	Name  string
	Facts []Fact
}

// ID is that of a thing of the story, such as "ticket" or "invoice".
func (s *Story) ID(thing string) uuid.UUID { return aggregates.DeriveID("story", s.Name, thing) }

// Day is the day on which stories happen.
const Day = aggregates.Date("2026-03-20")

// Secrets are texts of a story that no read model may hold in its timeline.
var Secrets = []string{"hash-of-the-code", "c2VhbGVkIGNvZGU=", "data:image/png;base64,c2lnbmF0dXJl", "hash-of-the-link", "hash-of-the-token"}

// NewStory tells the story of the given name.
func NewStory(name string) *Story {
	s := &Story{Name: name}
	s.setUp()
	s.purchase()
	s.ticket()
	s.refund()
	s.coupon()
	s.goods()
	s.repair()
	s.visit()
	s.add("ticket", "ticket", ticket.Closed{})
	s.access()
	return s
}

func (s *Story) add(category, thing string, events ...aggregates.Event) {
	for _, e := range events {
		s.Facts = append(s.Facts, Fact{aggregates.StreamOf(category, s.ID(thing).String()), uuid.Nil, e})
	}
}

// made is add for what is done from the ticket.
func (s *Story) made(category, thing string, events ...aggregates.Event) {
	first := len(s.Facts)
	s.add(category, thing, events...)
	for i := first; i < len(s.Facts); i++ {
		s.Facts[i].Ticket = s.ID("ticket")
	}
}

func dec(text string) aggregates.Decimal { return aggregates.MustDecimal(text) }

func at(clock string) time.Time {
	t, err := time.Parse(time.RFC3339, fmt.Sprintf("%sT%s:00Z", Day, clock))
	if err != nil {
		panic(err)
	}
	return t
}

func (s *Story) setUp() {
	s.add("team", "team", team.Created{Team: s.ID("team"), Name: "Support", Settings: team.Settings{AutoCloseDays: 7}})
	for _, service := range []team.Service{team.Refunds, team.Coupons, team.Returns, team.Repairs} {
		s.add("team", "team", team.ServiceEnabled{Service: service, ModulesActivated: []string{}})
	}
	s.add("team", "team", team.ServiceDisabled{Service: team.Repairs}, team.FieldServiceProjectSet{Project: s.ID("project")})
	s.add("customer", "company", customer.Registered{
		Customer: s.ID("company"), Entity: s.ID("company"),
		Details: customer.Details{Name: "Azure Interior", Language: customer.English},
	})
	s.add("customer", "contact", customer.Registered{
		Customer: s.ID("contact"), Parent: s.ID("company"), Entity: s.ID("company"),
		Details: customer.Details{Name: "Customer B", Email: "a@example.com", Language: customer.English},
	}, customer.DetailsChanged{Details: customer.Details{
		Name: "Customer A", Email: "a@example.com", Language: customer.Persian, Address: "1 Main Street", TimeZone: "Asia/Tehran",
	}})
	price := aggregates.Money{Minor: 10000, Currency: "EUR"}
	s.add("product", "product", product.Registered{
		Product: s.ID("product"), Name: "Light", Type: product.Goods, Tracking: product.BySerial, Unit: "unit", Digits: 0,
	}, product.DetailsChanged{Name: "Lamp", SKU: "L-1", Price: &price}, product.LotRegistered{Product: s.ID("product"), Lot: s.ID("lot"), Name: "SN-1"})
	s.add("journal", "journal", journal.Registered{Journal: s.ID("journal"), Code: "INV", Name: "Sales", Type: journal.Sale})
	s.add("location", "location", location.Registered{Location: s.ID("location"), Name: "Returns", ReturnLocation: true, Kind: "internal"})
	s.add("worksheet_template", "template", worksheet.Defined{
		Template: s.ID("template"), Version: 1, Name: "Visit", Fields: []worksheet.Field{{Name: "work", Type: worksheet.Text, Required: true}},
	})
	s.add("project", "project", project.Created{
		Project: s.ID("project"), Name: "Visits", FieldService: true, WorksheetsEnabled: true,
		DefaultWorksheetTemplate: s.ID("template"), SignatureRequired: true, PortalVisible: true,
	})
	s.add("project", "old project", project.Created{Project: s.ID("old project"), Name: "Old visits", FieldService: true}, project.Archived{})
	limit := int64(100)
	s.add("program", "program", program.Defined{
		Program: s.ID("program"), Name: "Sorry", Type: program.Coupons, UsageLimit: &limit, Currency: "EUR",
		Rewards:     []program.Reward{{Type: program.Discount, Discount: dec("10"), AppliesTo: program.WholeOrder}},
		AvailableOn: []program.Channel{program.Website},
	})
}

func (s *Story) purchase() {
	s.add("order", "order", order.Registered{
		Order: s.ID("order"), Number: "S-" + s.Name, Customer: s.ID("contact"), Entity: s.ID("company"), Currency: "EUR",
		Lines: []order.Line{{
			ID: s.ID("order line"), Product: s.ID("product"), Quantity: dec("3"), UnitPrice: dec("100"), Untaxed: 30000,
		}},
		ConfirmedAt: at("08:00"),
	})
	s.invoice("invoice",
		func(i invoice.State) ([]aggregates.Event, error) {
			return i.Draft(invoice.DraftInvoice{
				ID: s.ID("invoice"), Customer: s.ID("contact"), Entity: s.ID("company"), Currency: "EUR", Order: s.ID("order"),
				Journal: invoice.Journal{ID: s.ID("journal"), Code: "INV", Type: "sale"},
				Lines: []invoice.DraftLine{{ID: s.ID("invoice line"), OrderLine: s.ID("order line"), Item: invoice.Item{
					Product: s.ID("product"), Description: "Lamp", Quantity: dec("3"), UnitPrice: dec("100"), Discount: dec("5"),
					Taxes: []invoice.Tax{{Name: "VAT 9%", Rate: dec("9")}},
				}}},
			})
		},
		func(i invoice.State) ([]aggregates.Event, error) { return i.Post(Day) },
		func(i invoice.State) ([]aggregates.Event, error) { return i.SetNumber("INV/2026/00001") },
		func(i invoice.State) ([]aggregates.Event, error) {
			return i.RegisterPayment(invoice.PaymentRequest{
				ID: s.ID("payment"), Amount: aggregates.Money{Minor: 10000, Currency: "EUR"}, PaidOn: Day, Reference: "card",
			})
		},
	)
	s.add("order", "order", order.InvoiceLinked{Invoice: s.ID("invoice")}, order.DeliveryLinked{Delivery: s.ID("delivery")})
	s.add("picking", "delivery",
		picking.DeliveryPlanned{
			Delivery: s.ID("delivery"), Number: "OUT-" + s.Name, Customer: s.ID("contact"), Entity: s.ID("company"),
			Order: s.ID("order"), Lines: []picking.PlannedLine{{
				ID: s.ID("delivery line"), Product: s.ID("product"), Quantity: dec("3"), Tracking: picking.Untracked,
				OrderLine: s.ID("order line"),
			}},
		},
		picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: s.ID("delivery line"), DoneQuantity: dec("3")}}},
	)
}

// invoice asks the rules of the invoice one after the other.
func (s *Story) invoice(thing string, rules ...func(invoice.State) ([]aggregates.Event, error)) {
	stream := invoice.Model.Stream(s.ID(thing))
	var state invoice.State
	for _, f := range s.Facts {
		if f.Stream == stream {
			state = invoice.Model.Evolve(state, f.Event)
		}
	}
	for _, rule := range rules {
		events, err := rule(state)
		if err != nil {
			panic(err)
		}
		for _, e := range events {
			state = invoice.Model.Evolve(state, e)
		}
		s.add("invoice", thing, events...)
	}
}

func (s *Story) ticket() {
	s.add("ticket", "ticket",
		ticket.Opened{Ticket: s.ID("ticket"), Stage: team.FreeStage, Details: ticket.Details{
			Title: "The lamp flickers", Team: s.ID("team"), Customer: s.ID("contact"), Entity: s.ID("company"),
			Product: s.ID("product"), Order: s.ID("order"), Priority: ticket.High,
		}},
		ticket.FollowerAdded{Follower: ticket.Follower{Contact: s.ID("contact")}},
		ticket.Numbered{Number: "T-" + s.Name},
		ticket.MessagePosted{Message: s.ID("message"), Author: "agent-1", Body: "We are on it."},
		ticket.NoteLogged{Note: s.ID("note"), Author: "agent-1", Body: "An internal note."},
	)
}

func (s *Story) refund() {
	first := len(s.Facts)
	draft := func(note string) func(i invoice.State) ([]aggregates.Event, error) {
		return func(i invoice.State) ([]aggregates.Event, error) {
			return i.DraftCreditNote(invoice.CreditNoteRequest{
				ID: s.ID(note), Ticket: s.ID("ticket"),
				Journal: invoice.Journal{ID: s.ID("journal"), Code: "INV", Type: "sale"}, ReversalDate: Day, AutoPostOn: Day, Reason: "T-" + s.Name,
			})
		}
	}
	s.invoice("invoice", draft("credit note"),
		func(i invoice.State) ([]aggregates.Event, error) {
			return i.EditCreditNote(s.ID("credit note"), []invoice.CreditLineRequest{{InvoiceLine: s.ID("invoice line"), Quantity: dec("1")}}, invoice.WithinInvoice, true)
		},
		func(i invoice.State) ([]aggregates.Event, error) {
			return i.PostCreditNote(s.ID("credit note"), Day, invoice.WithinInvoice)
		},
		func(i invoice.State) ([]aggregates.Event, error) {
			return i.SetCreditNoteNumber(s.ID("credit note"), "RINV/2026/00001")
		},
		draft("draft credit note"),
	)
	for i := first; i < len(s.Facts); i++ {
		s.Facts[i].Ticket = s.ID("ticket")
	}
	s.add("ticket", "ticket", ticket.DocumentLinked{Document: ticket.Document{
		Kind: "credit_note", ID: s.ID("credit note"), Stream: invoice.Model.Stream(s.ID("invoice")),
	}})
}

func (s *Story) coupon() {
	s.made("program", "program", program.CouponAllotted{
		Coupon: s.ID("coupon"), Program: s.ID("program"), Ticket: s.ID("ticket"), Customer: s.ID("contact"), Entity: s.ID("company"),
		Bound: true, CodeHash: "hash-of-the-code", LinkHash: "hash-of-the-link", CodeSealed: []byte("sealed code"), CodeHint: "····-7Q2K",
	})
	s.made("coupon", "coupon",
		coupon.Generated{
			Coupon: s.ID("coupon"), Program: s.ID("program"), Ticket: s.ID("ticket"), Customer: s.ID("contact"), Entity: s.ID("company"),
			Bound: true, CodeHash: "hash-of-the-code", LinkHash: "hash-of-the-link", CodeSealed: []byte("sealed code"), CodeHint: "····-7Q2K",
		},
		coupon.LinkShared{LinkHash: "hash-of-the-link", Redirect: "/shop"},
		coupon.Reserved{Order: "cart-1", Until: at("12:00"), On: Day},
		coupon.Redeemed{Order: "cart-1", Amount: &aggregates.Money{Minor: 999, Currency: "EUR"}, On: Day},
	)
}

func (s *Story) goods() {
	s.made("picking", "delivery",
		picking.ReturnCreated{
			Return: s.ID("return"), Delivery: s.ID("delivery"), Ticket: s.ID("ticket"), Customer: s.ID("contact"),
			Entity: s.ID("company"), ReturnLocation: s.ID("location"), Reason: "faulty", Lines: []picking.AnnouncedLine{{
				ID: s.ID("return line"), DeliveryLine: s.ID("delivery line"), Product: s.ID("product"), Quantity: dec("2"),
			}},
		},
		picking.ReturnNumbered{Return: s.ID("return"), Number: "RET-" + s.Name},
		picking.ReturnReceived{Return: s.ID("return"), Lines: []picking.ReceivedLine{{ID: s.ID("return line"), Quantity: dec("1")}}},
	)
}

func (s *Story) repair() {
	parts := []repair.Part{{
		ID: s.ID("part"), Kind: repair.Add, Product: s.ID("product"), Unit: "unit", Quantity: dec("1"),
		UnitPrice: dec("12.5"), PriceBeforeWarranty: dec("12.5"),
	}}
	quoted := repair.Amounts{Total: 1250, Lines: []repair.QuoteLine{{
		Part: s.ID("part"), Product: s.ID("product"), Quantity: dec("1"), UnitPrice: dec("12.5"),
		PriceBeforeWarranty: dec("12.5"), Total: 1250,
	}}}
	s.made("repair", "repair",
		repair.Created{
			Repair: s.ID("repair"), Ticket: s.ID("ticket"), Customer: s.ID("contact"), Entity: s.ID("company"),
			Product: s.ID("product"), Tracking: product.BySerial, Lot: s.ID("lot"), Quantity: dec("1"), Unit: "unit",
			Return: s.ID("return"), ScheduledAt: at("09:30"), Responsible: "agent-1", Tags: []string{"lamp"},
			Currency: "EUR", Parts: parts, Notes: "Check the socket.", CreatedBy: "agent-1",
		},
		repair.Numbered{Number: "RO-" + s.Name},
		repair.QuoteCreated{Quote: s.ID("quote"), Currency: "EUR", Amounts: quoted},
		repair.QuoteSent{Quote: s.ID("quote"), Recipient: "a@example.com", Amounts: quoted},
		repair.Confirmed{},
	)
}

func (s *Story) visit() {
	values, hour := task.Values{"work": "Replaced the socket"}, task.Effort{WorkedSeconds: 3600}
	s.made("task", "task",
		task.Created{
			Task: s.ID("task"), Ticket: s.ID("ticket"), Title: "The lamp flickers", Project: s.ID("project"),
			Flags:    task.Flags{WorksheetsEnabled: true, SignatureRequired: true, PortalVisible: true},
			Customer: s.ID("contact"), Entity: s.ID("company"),
			Template: &task.Template{ID: s.ID("template"), Version: 1, Fields: []worksheet.Field{{Name: "work", Type: worksheet.Text, Required: true}}},
		},
		task.FollowerAdded{Customer: s.ID("contact")},
		task.Numbered{Number: "V-" + s.Name},
		task.Assigned{Assignee: "tech-1"},
		task.Scheduled{PlannedStart: at("10:00"), PlannedEnd: at("11:00")},
		task.Started{Timer: task.Timer{Technician: "tech-1", Turn: 2}, At: at("10:00")},
		task.WorksheetSaved{Version: 1, Values: values, Effort: hour, Hash: task.Hash(1, values, hour), SavedAt: at("11:00"), SavedBy: "tech-1"},
		task.WorksheetSigned{
			Version: 1, Hash: task.Hash(1, values, hour), Name: "Customer A", Signature: Secrets[2], Via: "agent", SignedAt: at("11:00"),
		},
		task.Completed{Timer: task.Timer{Technician: "tech-1", Turn: 2}, At: at("11:00")},
	)
}
