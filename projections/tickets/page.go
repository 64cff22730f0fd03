package tickets

import (
	"encoding/json"

	"github.com/google/uuid"

	"aftersales/aggregates/team"
	"aftersales/projections/documents"
)

// Ticket is the page of a ticket. As JSON it is the document with the fields
// smart_buttons, actions and activities.
type Ticket struct {
	documents.Document
	SmartButtons SmartButtons
	Actions      Actions
	Activities   []Activity
}

// Activity is what somebody has to do about a document made from the ticket.
type Activity struct {
	Type string    `json:"type"`
	Kind string    `json:"kind"`
	ID   uuid.UUID `json:"id"`
}

// The types of an Activity.
const (
	// ReviewAndPost is billing's, on a draft credit note of an agent who may not post
	// it (domain.md 3.1).
	ReviewAndPost = "review_and_post"
	// FollowUp is the team's, on what was made from a closed ticket, which stays
	// closed (domain.md 2.1); until it is open again.
	FollowUp = "follow_up"
)

// SmartButtons counts the documents made from the ticket (domain.md 3.6): the
// posted credit notes, and all coupons, returns, repairs and tasks.
type SmartButtons struct {
	CreditNotes int `json:"credit_notes"`
	Coupons     int `json:"coupons"`
	Returns     int `json:"returns"`
	Repairs     int `json:"repairs"`
	Tasks       int `json:"tasks"`
}

// Actions are the five after-sales services (domain.md 1.7).
type Actions struct {
	Refund       Action `json:"refund"`
	Coupon       Action `json:"coupon"`
	Return       Action `json:"return"`
	Repair       Action `json:"repair"`
	Intervention Action `json:"intervention"`
}

// Action says whether a service can be started from the ticket, or the code of
// what stands against it: service_not_enabled, customer_required,
// no_delivery_for_customer, project_archived.
type Action struct {
	Available bool    `json:"available"`
	Reason    *string `json:"reason"`
}

// MarshalJSON writes the page as the HTTP API shows it.
func (t Ticket) MarshalJSON() ([]byte, error) {
	d, err := t.Set("smart_buttons", t.SmartButtons)
	if err != nil {
		return nil, err
	}
	if d, err = d.Set("actions", t.Actions); err != nil {
		return nil, err
	}
	if d, err = d.Set("activities", t.Activities); err != nil {
		return nil, err
	}
	return json.Marshal(d)
}

// actions decides from what the ticket's team offers, whether a delivery to
// the customer's commercial entity is done, and whether the team's project for
// visits is archived.
func actions(offered map[team.Service]bool, customer uuid.UUID, delivered, archived bool) Actions {
	action := func(s team.Service) Action {
		switch {
		case !offered[s]:
			return refused("service_not_enabled")
		case customer == uuid.Nil:
			return refused("customer_required")
		case s == team.Returns && !delivered:
			return refused("no_delivery_for_customer")
		case s == team.FieldService && archived:
			return refused("project_archived")
		}
		return Action{Available: true}
	}
	return Actions{
		Refund: action(team.Refunds), Coupon: action(team.Coupons), Return: action(team.Returns),
		Repair: action(team.Repairs), Intervention: action(team.FieldService),
	}
}

func refused(code string) Action { return Action{Reason: &code} }
