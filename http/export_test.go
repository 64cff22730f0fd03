package http

import "github.com/gorilla/mux"

// OpenAPI is the description that the server answers.
var OpenAPI = openAPI

// Uniform is how long every answer to a share link that cannot be used takes at
// least.
const Uniform = uniform

// Router are the routes, to compare them with the description.
func (s *Server) Router() *mux.Router { return s.router }

// Collections are the path names of the document kinds.
var Collections = collections
