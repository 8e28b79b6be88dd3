{{/* (list $ NAME): the bundled PostgreSQL or Redis, which is base's with what the values say. */}}
{{- define "aideator.store" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $values := index $root.Values $name }}
{{- $set := include "aideator.object" (list $root (printf "%s.yaml" $name) "StatefulSet") | fromYaml }}
{{- $pod := $set.spec.template.spec }}
{{- $container := first $pod.containers }}
{{- $_ := set $container "image" $values.image }}
{{- with $values.resources }}{{ $_ := set $container "resources" . }}{{ end }}
{{- with $values.existingSecret }}
{{- range $container.env }}{{ if .valueFrom }}{{ $_ := set .valueFrom.secretKeyRef "name" $values.existingSecret }}{{ end }}{{ end }}
{{- range $pod.volumes }}{{ if .secret }}{{ $_ := set .secret "secretName" $values.existingSecret }}{{ end }}{{ end }}
{{- end }}
{{- with $root.Values.images.pullSecrets }}
{{- $secrets := list }}{{ range . }}{{ $secrets = append $secrets (dict "name" .) }}{{ end }}
{{- $_ := set $pod "imagePullSecrets" $secrets }}
{{- end }}
{{- $claim := first $set.spec.volumeClaimTemplates }}
{{- $_ := set $claim.spec.resources.requests "storage" $values.persistence.size }}
{{- with $values.persistence.storageClass }}{{ $_ := set $claim.spec "storageClassName" . }}{{ end }}
{{- toYaml $set }}
{{- end }}
