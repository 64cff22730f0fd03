package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates/customer"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/project"
	"aftersales/aggregates/team"
	"aftersales/aggregates/worksheet"
	"aftersales/projections"
)

// The states of set-up documents, of which many have no other than active.
const (
	active   = "active"
	archived = "archived"
)

// activeUnless is the state of documents that can be archived.
func activeUnless(isArchived bool) string {
	if isArchived {
		return archived
	}
	return active
}

// teamFields are those of a team.
type teamFields struct {
	Name         string                `json:"name"`
	Services     map[team.Service]bool `json:"services"`
	FieldProject *uuid.UUID            `json:"field_service_project"`
	AutoClose    *int                  `json:"auto_close_days"`
	Stages       []string              `json:"stages"`
	Folded       []string              `json:"folded_stages"`
	MayClose     bool                  `json:"customers_may_close"`
}

// viewTeam shows all five services, so that a page can offer switches.
func viewTeam(s team.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	services := map[team.Service]bool{}
	for _, service := range []team.Service{team.Refunds, team.Coupons, team.Returns, team.Repairs, team.FieldService} {
		services[service] = s.Services[service]
	}
	return []Document{Document{Kind: "team", ID: s.ID, State: activeUnless(s.Archived), Team: s.ID}.with(
		teamFields{
			Name: s.Name, Services: services, FieldProject: ref(s.Project), AutoClose: projections.OrNil(s.AutoCloseDays),
			Stages: list(s.Stages), Folded: list(s.FoldedStages), MayClose: s.CustomersMayClose,
		})}
}

// customerFields are those of a customer. Entity is the commercial entity: what
// belongs to one contact of it, all may see.
type customerFields struct {
	Name     string             `json:"name"`
	Email    *string            `json:"email"`
	Phone    *string            `json:"phone"`
	Language *customer.Language `json:"language"`
	Parent   *uuid.UUID         `json:"parent"`
	Entity   *uuid.UUID         `json:"entity"`
	Address  *string            `json:"address"`
	TimeZone *string            `json:"time_zone"`
}

func viewCustomer(s customer.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	return []Document{Document{Kind: "customer", ID: s.ID, State: activeUnless(s.Archived), Customer: s.ID, Entity: s.Entity}.with(
		customerFields{
			Name: s.Name, Email: text(s.Email), Phone: text(s.Phone), Language: text(s.Language),
			Parent: ref(s.Parent), Entity: ref(s.Entity), Address: text(s.Address), TimeZone: text(s.TimeZone),
		})}
}

// journalFields are those of a journal.
type journalFields struct {
	Code string       `json:"code"`
	Name string       `json:"name"`
	Type journal.Type `json:"type"`
}

// viewJournal shows the code as the number: it is what people call a journal by.
func viewJournal(s journal.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	return []Document{Document{Kind: "journal", ID: s.ID, Number: s.Code, State: activeUnless(s.Archived)}.with(journalFields{s.Code, s.Name, s.Type})}
}

// locationFields are those of a stock location.
type locationFields struct {
	Name           string  `json:"name"`
	ReturnLocation bool    `json:"return_location"`
	Kind           *string `json:"kind"`
}

func viewLocation(s location.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	return []Document{Document{Kind: "location", ID: s.ID, State: active}.with(
		locationFields{s.Name, s.ReturnLocation, text(s.Kind)})}
}

// projectFields are those of a project.
type projectFields struct {
	Name              string     `json:"name"`
	FieldService      bool       `json:"field_service"`
	WorksheetsEnabled bool       `json:"worksheets_enabled"`
	DefaultTemplate   *uuid.UUID `json:"default_worksheet_template"`
	SignatureRequired bool       `json:"signature_required"`
	PortalVisible     bool       `json:"portal_visible"`
}

func viewProject(s project.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	return []Document{Document{Kind: "project", ID: s.ID, State: activeUnless(s.Archived)}.with(projectFields{
		s.Name, s.FieldService, s.WorksheetsEnabled, ref(s.DefaultWorksheetTemplate), s.SignatureRequired, s.PortalVisible,
	})}
}

// worksheetFields are those of a worksheet template's newest version.
type worksheetFields struct {
	Name    string            `json:"name"`
	Version int               `json:"version"`
	Project *uuid.UUID        `json:"project"`
	Fields  []worksheet.Field `json:"fields"`
}

func viewWorksheetTemplate(s worksheet.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	return []Document{Document{Kind: "worksheet_template", ID: s.ID, State: activeUnless(s.Archived)}.with(
		worksheetFields{s.Name, s.Version, ref(s.Project), list(s.Fields)})}
}
