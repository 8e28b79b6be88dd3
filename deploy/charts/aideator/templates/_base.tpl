{{/* What the chart and deploy/kubernetes share stands in base/. Here it is read, and named for this release. */}}

{{/* Releases may have dots in their names, and begin with a digit; Services may not. */}}
{{- define "aideator.fullname" -}}
{{- $release := replace "." "-" .Release.Name }}
{{- $name := printf "%s-%s" $release .Chart.Name }}
{{- if contains .Chart.Name $release }}{{ $name = $release }}{{ end }}
{{- if regexMatch "^[0-9]" $name }}{{ $name = printf "%s-%s" .Chart.Name $release }}{{ end }}
{{- $name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "aideator.agentsNamespace" -}}
{{- .Values.agents.namespace | default (printf "%s-agents" .Release.Namespace) }}
{{- end }}

{{/* (list $ FILE): the file's text, with this release's names and namespaces for those that stand there. */}}
{{- define "aideator.base" -}}
{{- $root := index . 0 }}
{{- $text := $root.Files.Get (printf "base/%s" (index . 1)) }}
{{- $text = regexReplaceAll "(?m)(namespace|metadata\\.name): aideator-agents$" $text "${1}: @agents@" }}
{{- $text = regexReplaceAll "(?m)(namespace|metadata\\.name): aideator$" $text "${1}: @services@" }}
{{- $text | replace "aideator-" (printf "%s-" (include "aideator.fullname" $root)) | replace "@agents@" (include "aideator.agentsNamespace" $root) | replace "@services@" $root.Release.Namespace }}
{{- end }}

{{/* (list $ FILE KIND [NAME]): one object of a file, labelled as this release's. */}}
{{- define "aideator.object" -}}
{{- $root := index . 0 }}
{{- $kind := index . 2 }}
{{- $name := "" }}{{ if gt (len .) 3 }}{{ $name = printf "%s-%s" (include "aideator.fullname" $root) (index . 3) }}{{ end }}
{{- range splitList "\n---" (include "aideator.base" (list $root (index . 1))) }}
{{- $object := fromYaml . }}
{{- if and (eq ($object.kind | default "") $kind) (or (eq $name "") (eq $object.metadata.name $name)) }}
{{- $_ := set $object.metadata "labels" (merge (dict) (include "aideator.labels" $root | fromYaml) ($object.metadata.labels | default dict)) }}
{{- toYaml $object }}
{{- end }}
{{- end }}
{{- end }}

{{/* (list $ FILE): all objects of a file, labelled as this release's. */}}
{{- define "aideator.objects" -}}
{{- $root := index . 0 }}
{{- range splitList "\n---" (include "aideator.base" .) }}
{{- $object := fromYaml . }}
{{- if $object }}
{{- $_ := set $object.metadata "labels" (merge (dict) (include "aideator.labels" $root | fromYaml) ($object.metadata.labels | default dict)) }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}
{{- end }}

{{- define "aideator.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "aideator.image" -}}
{{- $root := index . 0 }}
{{- printf "%s/%s:%s" $root.Values.images.registry (index . 1) ($root.Values.images.tag | default $root.Chart.AppVersion) }}
{{- end }}

{{/* (list CONTAINER VARIABLES): sets variables, name: value or name: {valueFrom…}, over those of the container; null takes
     one away. What others refer to by name stays in its place. */}}
{{- define "aideator.env" -}}
{{- $container := index . 0 }}
{{- $variables := index . 1 }}
{{- $env := list }}
{{- range $container.env }}
{{- if not (hasKey $variables .name) }}{{ $env = append $env . }}{{ end }}
{{- end }}
{{- range $name, $value := $variables }}
{{- if kindIs "map" $value }}
{{- $env = append $env (merge (dict "name" $name) $value) }}
{{- else if not (kindIs "invalid" $value) }}
{{- /* A file's numbers are floats, and would be written as 1.6e+07. */}}
{{- $whole := and (kindIs "float64" $value) (eq (floor $value) $value) }}
{{- $env = append $env (dict "name" $name "value" (ternary (toString (int64 $value)) (toString $value) $whole)) }}
{{- end }}
{{- end }}
{{- toYaml $env }}
{{- end }}

{{/* (list SECRET KEY [OPTIONAL]) as a variable's source. */}}
{{- define "aideator.secretKey" -}}
valueFrom:
  secretKeyRef:
    name: {{ index . 0 }}
    key: {{ index . 1 }}
    {{- if gt (len .) 2 }}
    optional: true
    {{- end }}
{{- end }}
