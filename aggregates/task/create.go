package task

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// MaxTitle is the greatest length of a title, in characters.
const MaxTitle = 200

// Project is what the rules need to know of a project; ID is nil when neither
// the team nor the wish names one. DefaultTemplate is nil when it has none.
type Project struct {
	ID           uuid.UUID
	FieldService bool
	Archived     bool
	Flags
	DefaultTemplate *Choice
}

// Choice is a template that may be chosen; Only is the one project that it is
// for, nil for all.
type Choice struct {
	Template
	Archived bool
	Only     uuid.UUID
}

// Customer is who is visited; ID is nil for nobody.
type Customer struct {
	ID         uuid.UUID
	Entity     uuid.UUID
	HasAddress bool
}

// Missing are the refusals of documents that a draft names and that cannot be
// had, each to be told in its place.
type Missing struct{ Project, Template error }

// Draft is the wish for a new task. A nil Template is the project's default.
type Draft struct {
	ID       uuid.UUID
	Ticket   uuid.UUID
	Title    string
	About    About
	Project  Project
	Customer Customer
	Template *Choice
	Missing  Missing
}

// Create plans the intervention and makes the customer follow it (F-02), since
// the portal shows a task only to its followers. The checks come in the order
// of domain.md 3.5: customer_required (0.7), title_required, title_too_long,
// project_required, Missing.Project, project_not_field_service, project_archived,
// worksheets_not_enabled, Missing.Template, template_archived,
// template_not_allowed; then, by field, invalid_value, too_long.
func (s State) Create(d Draft) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	if d.Customer.ID == uuid.Nil {
		return nil, aggregates.Refuse("customer_required").On("customer")
	}
	title := strings.TrimSpace(d.Title)
	if err := checkTitle(title); err != nil {
		return nil, err
	}
	if d.Missing.Project != nil {
		return nil, d.Missing.Project
	}
	if err := d.Project.check(); err != nil {
		return nil, err
	}
	template, err := d.template()
	if err != nil {
		return nil, err
	}
	about, err := d.About.tidy(About{})
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{
		Created{
			Task: d.ID, Ticket: d.Ticket, Title: title, About: about, Project: d.Project.ID, Flags: d.Project.Flags,
			Customer: d.Customer.ID, Entity: d.Customer.Entity, Template: template,
		},
		FollowerAdded{d.Customer.ID},
	}, nil
}

// Warnings are the codes of what does not block planning but should be told:
// customer_without_address, task_not_visible_to_customer.
func (d Draft) Warnings() []string {
	var codes []string
	if !d.Customer.HasAddress {
		codes = append(codes, "customer_without_address")
	}
	if !d.Project.PortalVisible {
		codes = append(codes, "task_not_visible_to_customer")
	}
	return codes
}

func checkTitle(title string) error {
	if title == "" {
		return aggregates.Refuse("title_required").On("title")
	}
	if utf8.RuneCountInString(title) > MaxTitle {
		return aggregates.Refuse("title_too_long", "max", strconv.Itoa(MaxTitle)).On("title")
	}
	return nil
}

func (p Project) check() error {
	switch {
	case p.ID == uuid.Nil:
		return aggregates.Refuse("project_required").On("project")
	case !p.FieldService:
		return aggregates.Refuse("project_not_field_service").On("project")
	case p.Archived:
		return aggregates.Refuse("project_archived").On("project")
	}
	return nil
}

// template is the chosen one, else the project's default (F-11 to F-13). A
// default that has become unusable is no reason to refuse: nobody chose it.
func (d Draft) template() (*Template, error) {
	if d.Missing.Template != nil {
		if !d.Project.WorksheetsEnabled {
			return nil, aggregates.Refuse("worksheets_not_enabled").On("worksheet_template")
		}
		return nil, d.Missing.Template
	}
	if d.Template == nil {
		byDefault := d.Project.DefaultTemplate
		if byDefault == nil || byDefault.refused(d.Project) != "" {
			return nil, nil
		}
		return &byDefault.Template, nil
	}
	if code := d.Template.refused(d.Project); code != "" {
		return nil, aggregates.Refuse(code).On("worksheet_template")
	}
	return &d.Template.Template, nil
}

// refused is the code of why a project's task cannot have the template, "" when
// it can.
func (c Choice) refused(p Project) string {
	switch {
	case !p.WorksheetsEnabled:
		return "worksheets_not_enabled"
	case c.Archived:
		return "template_archived"
	case c.Only != uuid.Nil && c.Only != p.ID:
		return "template_not_allowed"
	}
	return ""
}
