"""The runtime on Ray: the one package that imports it."""

from actors.runtime.ray.starting import set_variables_of_ray

set_variables_of_ray()  # before anything here imports ray, which reads them then
