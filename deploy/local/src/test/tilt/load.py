"""Loads a Tiltfile as Tilt would, with stand-ins for Tilt's functions, and prints as JSON what it declares.

The stand-ins take the arguments that Tilt's documentation names and no others, so a wrong one is an error here, too.
"""

import inspect
import json
import pathlib
import sys

import starlark
import yaml

tiltfile = pathlib.Path(sys.argv[1])
declared = {}


def recorded(function):
    """A stand-in that remembers each call, under the function's name."""

    def call(*args, **kwargs):
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        declared.setdefault(function.__name__, []).append(bound.arguments)

    call.__name__ = function.__name__
    return call


def value(function):
    """A stand-in that answers with its own arguments."""

    def call(*args, **kwargs):
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)

    call.__name__ = function.__name__
    return call


@recorded
def default_registry(host, host_from_cluster=None, single_name=''): ...


@recorded
def allow_k8s_contexts(contexts): ...


@recorded
def update_settings(max_parallel_updates=3, k8s_upsert_timeout_secs=30, suppress_unused_image_warnings=None): ...


@recorded
def custom_build(ref, command, deps, tag='', disable_push=False, skips_local_docker=False, live_update=[],
                 match_in_env_vars=False, ignore=[], entrypoint=[], outputs_image_ref_to='', image_deps=[], env={}, dir=''): ...


@recorded
def k8s_resource(workload='', new_name='', port_forwards=[], extra_pod_selectors=[], trigger_mode=None, resource_deps=[],
                 objects=[], auto_init=True, pod_readiness='', links=[], labels=[], discovery_strategy=''): ...


@recorded
def local_resource(name, cmd, deps=None, trigger_mode=None, resource_deps=[], ignore=[], auto_init=True, serve_cmd='',
                   allow_parallel=False, links=[], labels=[], env={}, serve_env={}, readiness_probe=None, dir='',
                   serve_dir=''): ...


@recorded
def define_bool(name, args=False, usage=''): ...


@recorded
def cmd_button(name, resource='', argv=[], text=None, location='resource', icon_name=None, icon_svg=None, inputs=[]): ...


@value
def port_forward(local_port, container_port=None, name=None, link_path=None, host=None): ...


@value
def link(url, name=None): ...


@value
def probe(initial_delay_secs=0, timeout_secs=1, period_secs=10, success_threshold=1, failure_threshold=3, exec=None,
          http_get=None, tcp_socket=None): ...


@value
def http_get_action(port, host='localhost', scheme='http', path=''): ...


def kustomize(pathToDir, kustomize_bin=None, flags=[]):
    """Of a kustomization its resources are what matters here; the Secrets that it generates are in no resource."""
    folder = tiltfile.parent / pathToDir
    documents = []
    for name in yaml.safe_load((folder / 'kustomization.yaml').read_text())['resources']:
        path = folder / name
        documents.append(kustomize(path.resolve()) if path.is_dir() else path.read_text())
    return '\n---\n'.join(documents)


def k8s_yaml(yaml_text, allow_duplicates=False):
    declared.setdefault('k8s_yaml', []).extend(o for o in yaml.safe_load_all(yaml_text) if o)


module = starlark.Module()
for stand_in in [default_registry, allow_k8s_contexts, update_settings, custom_build, k8s_resource, local_resource,
                 port_forward, link, probe, http_get_action, kustomize, k8s_yaml]:
    module.add_callable(stand_in.__name__, stand_in)
module.add_callable('blob', lambda contents: contents)
module.add_callable('encode_json', json.dumps)
# Tilt knows these as `config.…`: a struct, which only Starlark itself can make.
arguments = dict(argument.split('=') for argument in sys.argv[2:])
module.add_callable('_define_bool', define_bool)
module.add_callable('_parse', lambda: {name: text == 'true' for name, text in arguments.items()})

extension = starlark.Module()
extension.add_callable('cmd_button', cmd_button)
extensions = {'ext://uibutton': extension.freeze()}

dialect = starlark.Dialect.standard()
dialect.enable_top_level_stmt = True
globals_ = starlark.Globals.extended_by([starlark.LibraryExtension.StructType])
starlark.eval(module, starlark.parse('stand-ins', 'config = struct(define_bool=_define_bool, parse=_parse)', dialect), globals_)
starlark.eval(module, starlark.parse(tiltfile.name, tiltfile.read_text(), dialect), globals_,
              starlark.FileLoader(extensions.__getitem__))
json.dump(declared, sys.stdout)
