{{/* (list $ NAME): all names by which a service is reached. */}}
{{- define "aideator.hosts" -}}
{{- $root := index . 0 }}
{{- $service := printf "%s-%s" (include "aideator.fullname" $root) (index . 1) }}
{{- $hosts := list $service (printf "%s.%s" $service $root.Release.Namespace) (printf "%s.%s.svc" $service $root.Release.Namespace) (printf "%s.%s.svc.cluster.local" $service $root.Release.Namespace) }}
{{- if $root.Values.ingress.host }}{{ $hosts = append $hosts $root.Values.ingress.host }}{{ end }}
{{- join "," (concat $hosts $root.Values.allowedHosts | uniq) }}
{{- end }}

{{/* The Secret with the API's token. */}}
{{- define "aideator.apiSecret" -}}
{{- $auth := .Values.auth }}
{{- if and (eq $auth.mode "token") (not $auth.existingSecret) (not $auth.token) }}
{{- fail "\n\nAIdeator lets nobody in without a token unless you say so. Give one of\n  --set auth.existingSecret=NAME    a Secret that has it as \"token\":\n                                    kubectl create secret generic NAME --from-literal=token=$(openssl rand -hex 24)\n  --set auth.token=TOKEN            the token itself\n  --set auth.mode=none              no token: whoever reaches the services may use them\n" }}
{{- end }}
{{- $auth.existingSecret | default (printf "%s-api" (include "aideator.fullname" .)) }}
{{- end }}

{{- define "aideator.internalSecret" -}}
{{- .Values.secrets.internal | default (printf "%s-internal" (include "aideator.fullname" .)) }}
{{- end }}

{{- define "aideator.postgresqlSecret" -}}
{{- .Values.postgresql.existingSecret | default (printf "%s-postgresql" (include "aideator.fullname" .)) }}
{{- end }}

{{- define "aideator.redisSecret" -}}
{{- .Values.redis.existingSecret | default (printf "%s-redis" (include "aideator.fullname" .)) }}
{{- end }}

{{/* What both services are told: tokens, and where Redis is. A variable that is null stands in base/ and is taken away. */}}
{{- define "aideator.commonEnv" -}}
{{- $redis := .Values.redis }}
AIDEATOR_INSTALLATION: {{ include "aideator.fullname" . }}
AIDEATOR_AGENTS_NAMESPACE: {{ include "aideator.agentsNamespace" . }}
MAX_VARIATIONS: {{ .Values.agents.maxVariations | quote }}
AIDEATOR_INTERNAL_TOKEN:
  {{- include "aideator.secretKey" (list (include "aideator.internalSecret" .) "token") | nindent 2 }}
{{- if eq .Values.auth.mode "token" }}
AIDEATOR_API_TOKEN:
  {{- include "aideator.secretKey" (list (include "aideator.apiSecret" .) "token") | nindent 2 }}
{{- else }}
AIDEATOR_API_TOKEN: null
{{- end }}
{{- if $redis.enabled }}
REDIS_PASSWORD:
  {{- include "aideator.secretKey" (list (include "aideator.redisSecret" .) "password") | nindent 2 }}
{{- else }}
REDIS_URL: {{ required "redis.external.urls: say where your Redis is, or set redis.enabled" (join "," $redis.external.urls) | quote }}
REDIS_MODE: {{ $redis.external.mode }}
{{- if eq $redis.external.mode "sentinel" }}
REDIS_MASTER: {{ required "redis.external.master: say what Sentinel calls the master" $redis.external.master | quote }}
{{- end }}
{{- with $redis.external.username }}
REDIS_USERNAME: {{ . | quote }}
{{- end }}
{{- if $redis.external.existingSecret }}
REDIS_PASSWORD:
  {{- include "aideator.secretKey" (list $redis.external.existingSecret $redis.external.passwordKey) | nindent 2 }}
{{- else }}
REDIS_PASSWORD: null
{{- end }}
{{- if $redis.external.caSecret }}
REDIS_TLS_CA: /etc/aideator/redis/{{ $redis.external.caKey }}
{{- end }}
{{- if not $redis.external.verifyHost }}
REDIS_TLS_VERIFY_HOST: "false"
{{- end }}
{{- end }}
{{- end }}

{{/* (list $ NAME VARIABLES): a service's Deployment, which is base's with what the values say. */}}
{{- define "aideator.deployment" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $values := index $root.Values $name }}
{{- $deployment := include "aideator.object" (list $root (printf "%s.yml" $name) "Deployment") | fromYaml }}
{{- $pod := $deployment.spec.template.spec }}
{{- $container := first $pod.containers }}
{{- $_ := set $container "image" (include "aideator.image" (list $root (index $root.Values.images $name))) }}
{{- $_ := set $container "imagePullPolicy" $root.Values.images.pullPolicy }}
{{- $variables := dict }}
{{- range list (include "aideator.commonEnv" $root | fromYaml) (index . 2) $values.env }}
{{- range $variable, $value := . }}{{ $_ := set $variables $variable $value }}{{ end }}
{{- end }}
{{- $_ := set $container "env" (concat (include "aideator.env" (list $container $variables) | fromYamlArray) $values.envFrom) }}
{{- with $values.resources }}{{ $_ := set $container "resources" . }}{{ end }}
{{- if and (not $root.Values.redis.enabled) $root.Values.redis.external.caSecret }}
{{- $_ := set $pod "volumes" (append $pod.volumes (dict "name" "redis-ca" "secret" (dict "secretName" $root.Values.redis.external.caSecret))) }}
{{- $_ := set $container "volumeMounts" (append $container.volumeMounts (dict "name" "redis-ca" "mountPath" "/etc/aideator/redis" "readOnly" true)) }}
{{- end }}
{{- if not (kindIs "invalid" $values.preStopSeconds) }}{{ $_ := set $container.lifecycle.preStop.sleep "seconds" (int $values.preStopSeconds) }}{{ end }}
{{- with $values.terminationGracePeriodSeconds }}{{ $_ := set $pod "terminationGracePeriodSeconds" (int .) }}{{ end }}
{{- with $root.Values.images.pullSecrets }}
{{- $secrets := list }}{{ range . }}{{ $secrets = append $secrets (dict "name" .) }}{{ end }}
{{- $_ := set $pod "imagePullSecrets" $secrets }}
{{- end }}
{{- range $field := list "nodeSelector" "tolerations" "affinity" }}
{{- with index $values $field }}{{ $_ := set $pod $field . }}{{ end }}
{{- end }}
{{- if not (hasKey $pod "affinity") }}
{{- /* Replicas on one node end with it. */}}
{{- $_ := set $pod "topologySpreadConstraints" (list (dict "maxSkew" 1 "topologyKey" "kubernetes.io/hostname" "whenUnsatisfiable" "ScheduleAnyway" "labelSelector" (dict "matchLabels" $deployment.spec.selector.matchLabels))) }}
{{- end }}
{{- /* A token that changes is read by new pods only. Too short a sum to guess the token by. */}}
{{- $annotations := dict "checksum/api-token" (sha256sum (printf "%s/%s" (include "aideator.fullname" $root) $root.Values.auth.token) | trunc 6) }}
{{- $_ := set $deployment.spec.template.metadata "annotations" (merge $annotations $values.podAnnotations $deployment.spec.template.metadata.annotations) }}
{{- if not (dig "autoscaling" "enabled" false $values) }}
{{- $_ := set $deployment.spec "replicas" (int $values.replicas) }}
{{- end }}
{{- toYaml $deployment }}
{{- end }}
