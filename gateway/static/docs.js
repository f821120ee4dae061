"use strict";
// Swagger UI takes the fields of a form for edits of the user's, and writes them as JSON when the type is changed to
// that. A body begins anew with its example instead.
const freshBodies = (system) => ({
  statePlugins: {
    oas3: {
      wrapActions: {
        setRequestContentType: (change) => (wanted) => {
          const done = change(wanted);
          system.getSystem().oas3Actions.setRequestBodyValue({ value: undefined, pathMethod: wanted.pathMethod });
          return done;
        },
      },
    },
  },
});
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  plugins: [freshBodies],
});
