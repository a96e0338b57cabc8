// Custom resources of the Kubernetes operator for scenarios, in YAML as people write it: comments, quotes of both kinds,
// lists that are not indented.

/** Not migratable: six findings, three of them with a safe fix. */
export const LEDGER = `\
# The ledger of Kestrel Parcels.
# Kept by hand: ask before you change it.
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: ledger # the name that Argo knows
  namespace: billing
spec:
  name: "Lédger"
  version: 1.0 # as a number
  description: 'Invoices, and what is left to pay'
  execution_mode: v3 # since the first day
  flow_mode: DEFAULT
  local: false
  proxy:
    virtual_hosts:
    - path: /ledger
    groups:
    - name: default
      endpoints:
      # the one in the cellar
      - name: ledger-main
        target: "https://ledger.kestrel-parcels.example" # never http
      services:
        health-check:
          enabled: true
          schedule: "*/15 * * * * *"
          steps:
          - request: {path: /up, method: GET}
            response:
              # alive, and sure of it
              assertions:
              - '#response.status == 200'
              - "#response.content.contains('ok')"
  plans:
  - name: Shops
    description: One key for each shop
    security: API_KEY
    status: PUBLISHED
    flows:
    - name: Pages for browsers
      path-operator: { path: /, operator: STARTS_WITH }
      pre: []
      post:
      - name: To JSON
        policy: html-json # from the old gateway
        enabled: true
        configuration:
          text: |
            several
              lines
`;

/** Fully migratable as it is. */
export const PARCELS = `\
# Parcels: who changes this tells the sorting centre.

# What Argo knows it by.
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: parcels # as in the chart
  namespace: shop
spec:
  name: "Parcels: all of them"
  version: '2.3'
  description: >-
    Register parcels
    and print labels.
  execution_mode: v4-emulation-engine # since May
  flow_mode: DEFAULT
  local: false
  # what clients see
  proxy:
    virtual_hosts:
    - path: /parcels # public
    groups:
    - name: sorting-centre
      endpoints:
      # the one in the north
      - name: centre-north
        target: "https://north.kestrel-parcels.example/parcels" # never http
        inherit: true
  plans:
  - name: Price calculator # for all
    description: Open to everybody
    security: KEY_LESS
    status: PUBLISHED
# The very end.
`;

/** Fully migratable after two safe fixes. */
export const LABELS = `\
# Labels, below the parcels.
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata: {name: labels, namespace: shop}
spec:
  name: Labels
  version: 1.0 # as a number
  description: 'Printed, not written'
  execution_mode: v4-emulation-engine
  local: false
  proxy:
    virtual_hosts: [{path: /labels}]
    groups:
    - name: default
      endpoints:
      - name: printer # the loud one
        target: https://labels.kestrel-parcels.example
  plans: [{name: Free, description: For all, security: KEY_LESS, status: PUBLISHED}]
`;

/** No definitions: the second one only names one. */
export const PAGES = `\
# not ours
apiVersion: v1
kind: ConfigMap
metadata:
  name: pages
data:
  execution_mode: v3
`;
export const SUBSCRIPTION = `\
apiVersion: gravitee.io/v1alpha1
kind: Subscription
metadata:
  name: acme
  namespace: shop
spec:
  api: {name: parcels, kind: ApiDefinition}
  application: {name: acme}
  plan: Price calculator
`;

/** What Helm fills in. */
export const TEMPLATE = `\
# Filled in by Helm.
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: {{ .Release.Name }}-rates
spec:
  name: {{ .Values.name | quote }}
  version: 1.0
  description: Rates
  execution_mode: {{ .Values.mode }}
  local: false
  proxy:
    virtual_hosts:
    - path: /rates
    groups:
    - name: default
      endpoints:
      - name: table
        target: {{ .Values.target }}
        inherit: false
      services:
        health-check:
          enabled: true
          schedule: "*/15 * * * * *"
          steps:
          - request: {path: /up, method: GET, fromRoot: false}
            response:
              assertions:
              - '#response.status == 200'
              {{- if .Values.strict }}
              - "#response.content.contains('ok')"
              {{- end }}
  plans:
  - name: Free
    description: For all
    security: KEY_LESS
    status: PUBLISHED
`;

/** The comments of a YAML text, without their places. No value of the texts above has ` #` in it. */
export const comments = (text) => [...text.matchAll(/(?:^|(?<=\s))# .*$/gm)].map(([comment]) => comment.trim());
