package http

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/commands"
	"aftersales/projections/tickets"
)

// archiveTeam is the command's handler, told by the read model how many tickets
// of the team are open.
func (s *Server) archiveTeam(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.principal(r); err != nil {
		return err
	}
	team, err := pathID(mux.Vars(r))
	if err != nil {
		return err
	}
	if err := s.await(w, r, "tickets"); err != nil {
		return err
	}
	open, err := tickets.Open(r.Context(), s.Projections.Pool(), team)
	if err != nil {
		return err
	}
	return command(s, func(c *commands.ArchiveTeam, id uuid.UUID, _ vars) { c.Team, c.OpenTickets = id, open })(w, r)
}
